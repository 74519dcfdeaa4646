// From what the user drops or chooses to a list of files.

import { Failure } from "./failure.js";

const TABLES = /\.(xlsx|xlsm|xls|et|ods|csv)$/i;
const MOST_BYTES = 200 * 2 ** 20;

/**
 * A file as it stands on the disk when it is opened, so that a corrected file can be checked again.
 * @typedef {{name: string, open: () => Promise<File>}} Source
 */

/** @param {FileList} list what the file dialog gave; the browser opens these once only @returns {Source[]} */
export function picked(list) {
  return [...list].map((file) => ({ name: file.name, open: async () => file }));
}

/**
 * Return what was dropped. A folder gives the tables inside it: what else lies there is not for us,
 * nor are the `~$` files that Excel and WPS leave beside an open workbook.
 * @param {DataTransfer} transfer
 * @returns {Promise<Source[]>}
 */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return picked(transfer.files); // files without a place on the disk, as from a mail program
  const found = await Promise.all(entries.map((entry) => (entry.isFile ? [source(entry)] : tablesIn(entry))));
  return found.flat();
}

/** @param {FileSystemFileEntry} entry @returns {Source} */
function source(entry) {
  return { name: entry.name, open: () => new Promise((resolve, reject) => entry.file(resolve, reject)) };
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
    return TABLES.test(entry.name) && !entry.name.startsWith("~$") ? [source(entry)] : [];
  }));
  return found.flat();
}

/**
 * Read the files; two of one name are told apart by a number.
 * @param {Source[]} sources
 * @returns {Promise<[string, Uint8Array][]>}
 */
export async function read(sources) {
  const seen = new Map();
  let total = 0;
  return Promise.all(sources.map(async ({ name, open }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const file = await open().catch(() => { throw new Failure("E08", name); });
    total += file.size;
    if (total > MOST_BYTES) throw new Failure("E09", name);
    const bytes = await file.arrayBuffer().catch(() => { throw new Failure("E08", name); });
    return [count > 1 ? name.replace(/(\.[^.]*)?$/, `（${count}）$1`) : name, new Uint8Array(bytes)];
  }));
}

/** Save text as a file, without a server. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
