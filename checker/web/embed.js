/**
 * The checker for other web pages. Its address stays: `check/embed.js` on the site (pipeline/runtime.py).
 *
 *     import { open } from ".../check/embed.js";
 *
 *     const checker = await open({ onProgress: ({ stage, done, total }) => {} });
 *     const report = await checker.check(input.files);
 *
 * `open` shuts the network of the whole document, the page's own requests included, until the reader
 * leaves the page. A page that needs its network keeps this one in an iframe.
 *
 * What goes wrong comes as an Error with `code` (E02 …), and `message` and `advice` for the reader;
 * a cancelled question ends in an AbortError.
 */

import { download, startPlainly } from "./assets.js";
import { Failure } from "./failure.js";
import { picked, read } from "./files.js";
import { startLocked } from "./lock.js";

/**
 * @typedef {object} Options
 * @property {string} [today] the date a check counts from, 2024-10-12; the reader's own where it is left out
 * @property {string} [visit] the day the filer means to go to the office
 * @property {string} [county] the county of a county unit
 * @property {[string, string, string, string, string][]} [acknowledged] findings that were looked up and
 *   are right: code, file, sheet, cell and value, as an earlier report shows them
 */

/**
 * Load the checker, shut the network, prove that it is shut, start.
 * @param {object} [settings]
 * @param {(progress: {stage: string, done: number, total: number}) => void} [settings.onProgress] told
 *   how far loading and checking are; `stage` is Chinese, `total` 0 where it is unknown
 * @returns {Promise<Checker>}
 */
export async function open({ onProgress = () => {} } = {}) {
  let failed = false; // what is still on its way then is no progress
  const tell = (stage, done, total) => { if (!failed) onProgress({ stage, done, total }); };
  try {
    const kit = await download((done, total) => tell("正在下载检查程序", done, total));
    const { client, probes } = await startLocked(kit, tell);
    return new Checker(client, probes);
  } catch (error) {
    failed = true;
    // A browser that does not take the quick start: the page opens again, once, for the long one.
    if (error instanceof Failure && error.code === "E05" && startPlainly()) return new Promise(() => {});
    throw error;
  }
}

class Checker {
  #client;

  /** @type {{page: {way: string, refused: boolean}[], worker: {way: string, refused: boolean}[]}} the ways out that were tried */
  probes;

  constructor(client, probes) {
    this.#client = client;
    this.probes = probes;
  }

  /**
   * Check files as one filing.
   * @param {Iterable<File>} files
   * @param {Options} [options]
   * @returns {Promise<object>} the report, see schemas/report.schema.json
   */
  async check(files, options = {}) {
    return JSON.parse(await this.render(files, "json", options));
  }

  /**
   * Check files and return the report as text.
   * @param {Iterable<File>} files
   * @param {"text" | "json" | "csv" | "html" | "sarif" | "sheet"} format
   * @param {Options & {redact?: boolean}} [options] `redact` leaves out what stood in the cells; csv, html
   *   and sarif do so unless it is false
   * @returns {Promise<string>}
   */
  async render(files, format, options = {}) {
    return this.#client.check(await read(picked(files)), { ...options, format });
  }

  /**
   * Find what could safely be corrected.
   * @param {Iterable<File>} files
   * @param {Options} [options]
   * @returns {Promise<object[]>}
   */
  async changes(files, options = {}) {
    return JSON.parse(await this.#client.changes(await read(picked(files)), options));
  }

  /**
   * Make files from those given; they are never changed themselves.
   * @param {Iterable<File>} files
   * @param {"mark" | "fix" | "set" | "final" | "example"} product
   * @param {Options & {accepted?: string[]}} [options] with `fix`: the ids of the changes to make, else all
   * @returns {Promise<{files: File[], notes: string[]}>} no file where a note says why not
   */
  async make(files, product, options = {}) {
    const made = await this.#client.make(await read(picked(files)), { ...options, product });
    return { files: made.files.map(([name, bytes]) => new File([bytes], name)), notes: made.notes };
  }

  /** Stop what is going on: whoever waits gets an AbortError. The next question is welcome at once. */
  cancel() {
    this.#client.cancel();
  }
}
