// From what the user drops or chooses to a list of files.

import { element } from "./dom.js";
import { Failure } from "./failure.js";

const TABLES = /\.(xlsx|xlsm|xls|et|ods|csv)$/i;
const MOST_BYTES = 200 * 2 ** 20;

/**
 * A file as it stands on the disk when it is opened, so that a corrected file can be checked again. Of
 * one out of a folder, `path` is the way to it, the folder's own name included.
 * @typedef {{name: string, path?: string, open: () => Promise<File>}} Source
 */

/**
 * Open the file dialog. Where the browser hands out handles, a file that was corrected meanwhile can
 * be read again; a plain input, all there is in Firefox and on http, gives files as they were.
 * @param {HTMLInputElement} input stands in where there are no handles; its own event tells what it got
 * @returns {Promise<Source[]>} nothing where the reader closed the dialog, or the input took over
 */
export async function choose(input) {
  if (!globalThis.showOpenFilePicker) {
    input.click();
    return [];
  }
  const types = [{ description: "表格文件", accept: { "application/octet-stream": input.accept.split(",") } }];
  try {
    const handles = await showOpenFilePicker({ multiple: true, types });
    return handles.map((handle) => ({ name: handle.name, open: () => handle.getFile() }));
  } catch (error) {
    if (error.name !== "AbortError") input.click(); // forbidden by whoever manages the computer
    return [];
  }
}

/** @param {Iterable<File>} files what an input gave; the browser opens these until they change @returns {Source[]} */
export function picked(files) {
  return [...files].map((file) => ({ name: file.name, path: file.webkitRelativePath, open: async () => file }));
}

/** Whether a file of this name is for us; Excel and WPS leave `~$` files beside an open workbook. */
export function isTable(name) {
  return TABLES.test(name) && !/^(~\$|\.[~_])/.test(name);
}

/**
 * Return files that this page has made, to be checked like any other. The disk knows nothing of them.
 * @param {[string, Uint8Array][]} files
 * @returns {Source[]}
 */
export function inMemory(files) {
  return files.map(([name, bytes]) => ({ name, open: async () => new File([bytes], name) }));
}

/**
 * Return what was dropped. A folder gives the tables inside it: what else lies there is not for us.
 * @param {DataTransfer} transfer
 * @returns {Promise<Source[]>}
 */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return picked(transfer.files); // files without a place on the disk, as from a mail program
  const found = await Promise.all(entries.map((entry) => (entry.isFile ? [source(entry)] : tablesIn(entry))));
  return found.flat();
}

/** @param {FileSystemFileEntry} entry @returns {Source} */
function source(entry) {
  return { name: entry.name, path: entry.fullPath.slice(1), open: () => new Promise((resolve, reject) => entry.file(resolve, reject)) };
}

/** @param {FileSystemDirectoryEntry} folder @returns {Promise<Source[]>} */
async function tablesIn(folder) {
  const reader = folder.createReader();
  const inside = [];
  for (;;) { // a reader hands out a hundred entries at a time
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    inside.push(...some);
  }
  const found = await Promise.all(inside.map((entry) => {
    if (!entry.isFile) return tablesIn(entry);
    return isTable(entry.name) ? [source(entry)] : [];
  }));
  return found.flat();
}

/**
 * Take what is dropped anywhere on the page; while something hovers over it, it shows that it takes it.
 * @param {(sources: Source[], target: Element) => void} take
 * @param {(error: Error) => void} fail
 */
export function onDrop(take, fail) {
  const hovered = (on) => document.documentElement.classList.toggle("dragging", on);
  addEventListener("dragover", (event) => {
    event.preventDefault();
    hovered(true);
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) hovered(false);
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    hovered(false);
    const { target } = event;
    dropped(event.dataTransfer).then((sources) => take(sources, target), fail);
  });
}

/** Files that can no longer be read; the others can. */
export class Lost extends Failure {
  /** @param {Source[]} sources */
  constructor(sources) {
    super("E08");
    this.sources = sources;
  }
}

/**
 * Read the files; two of one name are told apart by a number.
 * @param {Source[]} sources
 * @returns {Promise<[string, Uint8Array][]>}
 */
export async function read(sources) {
  const files = await Promise.all(sources.map(({ open }) => open().catch(() => null)));
  const total = files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
  if (total > MOST_BYTES) throw new Failure("E09");
  const contents = await Promise.all(files.map((file) => file?.arrayBuffer().catch(() => null)));
  const lost = sources.filter((_, index) => !contents[index]);
  if (lost.length) throw new Lost(lost);
  const seen = new Map();
  return sources.map(({ name }, index) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count > 1 ? name.replace(/(\.[^.]*)?$/, `（${count}）$1`) : name, new Uint8Array(contents[index])];
  });
}

/** Addresses of what was saved: a browser may still be writing it. */
const addresses = new Set();

/**
 * Save something as a file, without a server.
 * @param {string} name
 * @param {string | Uint8Array} content
 * @param {string} [type] where it is not given, the name alone says what it is
 */
export function save(name, content, type = "application/octet-stream") {
  const url = URL.createObjectURL(new Blob([content], { type }));
  addresses.add(url);
  element("a", { href: url, download: name }).click();
  setTimeout(() => release(url), 60_000);
}

/** Let go of all that was saved. */
export function forget() {
  addresses.forEach(release);
}

function release(url) {
  URL.revokeObjectURL(url);
  addresses.delete(url);
}
