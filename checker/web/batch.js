// Many filings: which file is looked at, which filing checked, and what to do when a file kills the
// worker. What a filing is and what is wrong with it is for the checker (checker/batch).

import { Failure } from "./failure.js";
import { isTable } from "./files.js";

const SOON = 3000; // milliseconds before which nothing is said of what is left: nothing is known yet

// Why a file was given up, by the code of the failure.
const REASONS = {
  E06: (path) => `“${path}”一读程序就中断，没能检查：文件可能已经损坏。`,
  E07: (path) => `“${path}”读了很久还没有读完，没能检查：文件可能过大或已经损坏。`,
};
const closed = (path) => `“${path}”读不了：没有权限，或文件正被占用。`;

/**
 * @typedef {{path: string, open: () => Promise<File>}} Found
 * @typedef {{path: string, rows: number, tables: [string, string][], aside: boolean, lost: string}} Look
 * @typedef {object} Unit see schemas/batch.schema.json
 */

/**
 * Return the tables in a folder that was chosen or dropped, by their paths in it, in order.
 * @param {import("./files.js").Source[]} sources
 * @returns {Found[]}
 */
export function inFolder(sources) {
  const found = sources.map(({ name, path, open }) => ({ path: path || name, open }));
  const first = found[0]?.path.split("/")[0];
  const one = found.every(({ path }) => path.startsWith(`${first}/`)); // the folder itself
  return found
    .map(({ path, open }) => ({ path: one ? path.slice(first.length + 1) : path, open }))
    .filter(({ path }) => isTable(path.slice(path.lastIndexOf("/") + 1)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export class Batch {
  #client;
  #files;
  #onUnit;
  #onProgress;
  #looked = 0;
  #done = 0;
  #rows = 0;
  #begun = performance.now();
  #over = false; // done or cancelled: what comes after can no longer be cancelled

  /** @type {Unit[]} */
  units = [];

  /** @type {string[]} the paths of the files that nobody got round to */
  left;

  /**
   * @param {import("./client.js").Client} client
   * @param {Found[]} files
   * @param {(unit: Unit) => void} onUnit
   * @param {(stage: string, done: number, total: number, amount: string) => void} onProgress
   */
  constructor(client, files, onUnit, onProgress) {
    this.#client = client;
    this.#files = files;
    this.#onUnit = onUnit;
    this.#onProgress = onProgress;
    this.left = files.map(({ path }) => path);
  }

  /** Check everything, or as much as comes before it is cancelled. */
  async run() {
    try {
      for (const files of this.#byTop()) await this.#part(files);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      this.#over = true;
    }
  }

  /** Stop; what is there stays. */
  cancel() {
    if (this.#over) return;
    this.#over = true;
    this.#client.cancel();
  }

  /** What came out for all units together. @returns {Promise<string>} JSON */
  outcome() {
    return this.#client.query("summarise", [], { units: this.units, left: this.left });
  }

  /** The summary as files. @returns {Promise<[string, Uint8Array][]>} */
  async files() {
    const { files } = await this.#client.make([], { product: "summary", units: this.units, left: this.left });
    return files;
  }

  /** The files below each first folder: filings are told apart there, once all of them are known. */
  #byTop() {
    const tops = new Map();
    for (const file of this.#files) {
      const top = file.path.includes("/") ? file.path.split("/")[0] : "";
      tops.set(top, [...tops.get(top) ?? [], file]);
    }
    return tops.values();
  }

  async #part(files) {
    const looks = [];
    for (const file of files) looks.push(await this.#look(file));
    const groups = JSON.parse(await this.#ask("group", [], { looks }));
    for (const group of groups) await this.#inspect(group, files);
    const grouped = new Set(groups.flatMap((group) => group.files.map(({ path }) => path)));
    this.#finish(files.map(({ path }) => path).filter((path) => !grouped.has(path)), 0); // nothing of a filing
  }

  async #look(file) {
    this.#tell(file.path);
    const bytes = await contentOf(file);
    this.#looked += 1;
    if (!bytes) return lost(file.path, closed(file.path));
    try {
      return JSON.parse(await this.#ask("look", [[file.path, bytes]], {}));
    } catch (error) {
      return lost(file.path, reason(error, file.path));
    }
  }

  async #inspect(group, files) {
    this.#tell(group.unit || group.folder || group.files[0].path);
    const given = [];
    const reasons = {};
    for (const { path, lost: why } of group.files) {
      const bytes = await contentOf(files.find((file) => file.path === path));
      given.push([path, bytes ?? new Uint8Array()]);
      if (why || !bytes) reasons[path] = why || closed(path);
    }
    let units;
    try {
      units = await this.#ask("inspect", given, { folder: group.folder, lost: reasons });
    } catch (error) { // each file could be read, so together they are too much
      for (const { path } of group.files) reasons[path] ??= reason(error, path);
      units = await this.#ask("inspect", given, { folder: group.folder, lost: reasons });
    }
    for (const unit of JSON.parse(units)) {
      this.units.push(unit);
      this.#onUnit(unit);
    }
    this.#finish(group.files.map(({ path }) => path), group.files.reduce((sum, { rows }) => sum + rows, 0));
  }

  /** Ask the worker, unless the reader has cancelled between two questions. */
  #ask(question, files, options) {
    if (this.#over) throw new DOMException("", "AbortError");
    return this.#client.query(question, files, options);
  }

  #finish(paths, rows) {
    this.#done += paths.length;
    this.#rows += rows;
    this.left = this.left.filter((path) => !paths.includes(path));
    this.#tell("");
  }

  #tell(name) {
    const total = this.#files.length;
    const share = (this.#looked + 3 * this.#done) / (4 * total); // to look takes a third as long as to check
    const past = performance.now() - this.#begun;
    const rest = share && past > SOON ? `，还要${duration(past / share - past)}` : "";
    const amount = `${this.#done} / ${total} 个文件，${this.units.length} 个单位，${this.#rows} 行${rest}`;
    this.#onProgress(name ? `正在检查“${name}”` : "正在检查", share, 1, amount);
  }
}

/** What is known of a file that must not be opened again. @returns {Look} */
function lost(path, why) {
  return { path, rows: 0, tables: [], aside: false, lost: why };
}

/** Say why a file was given up; anything but a dead or silent worker is for others to hear. */
function reason(error, path) {
  if (!(error instanceof Failure) || !(error.code in REASONS)) throw error;
  return REASONS[error.code](path);
}

/** @returns {Promise<Uint8Array | null>} null where the disk does not give it */
async function contentOf({ open }) {
  try {
    return new Uint8Array(await (await open()).arrayBuffer());
  } catch {
    return null;
  }
}

function duration(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  return minutes ? `约 ${minutes} 分钟` : "不到 1 分钟";
}
