// Talks to the worker: a promise for every question, and an end to every wait.

import { Failure } from "./failure.js";

// Longest silence that still looks like work: reading one very large file says nothing in between.
const SILENCE = 180_000;

export class Client {
  #kit;
  #target;
  #onProgress;
  #worker = null;
  #booting = null;
  #pending = new Map();
  #lastId = 0;
  #guard = 0;

  /**
   * @param {import("./assets.js").Kit} kit kept, so that a worker can be started again without a network
   * @param {string} target an address for the worker's probes
   * @param {(stage: string, done: number, total: number) => void} onProgress
   */
  constructor(kit, target, onProgress) {
    this.#kit = kit;
    this.#target = target;
    this.#onProgress = onProgress;
  }

  /**
   * Start the worker, unless it runs.
   * @returns {Promise<{way: string, refused: boolean}[]>} what its probes found
   */
  start() {
    this.#booting ??= this.#boot();
    return this.#booting;
  }

  /**
   * Check files as one filing.
   * @param {[string, Uint8Array][]} files copied: the page asks about the same files again
   * @param {object} options those of `checker/browser.py`
   * @returns {Promise<string>} the report in the format that the options name
   */
  async check(files, options) {
    await this.start();
    const { report } = await this.#ask({ kind: "check", files, options });
    return report;
  }

  /**
   * Find what could safely be corrected.
   * @returns {Promise<string>} a JSON list of changes
   */
  async changes(files, options) {
    await this.start();
    const { changes } = await this.#ask({ kind: "changes", files, options });
    return changes;
  }

  /**
   * Make files from those given.
   * @param {object} options with `product`, see `checker/browser.py`
   * @returns {Promise<{files: [string, Uint8Array][], notes: string[]}>}
   */
  async make(files, options) {
    await this.start();
    return this.#ask({ kind: "make", files, options });
  }

  /** Stop whatever is going on and start afresh: those who wait get an AbortError. */
  cancel() {
    this.#end(() => new DOMException("", "AbortError"));
    this.start().catch(() => {}); // whoever asks next hears of it
  }

  async #boot() {
    const url = URL.createObjectURL(new Blob([this.#kit.worker], { type: "text/javascript" }));
    this.#worker = new Worker(url, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault(); // its text may quote the user's file
      this.#die("E06", "worker");
    };
    try {
      const { archives, probe } = this.#kit;
      const { probes } = await this.#ask({ kind: "boot", archives, probe, target: this.#target });
      if (probes.some(({ refused }) => !refused)) {
        this.#end(() => new Failure("E04"));
        throw new Failure("E04", probes.filter(({ refused }) => !refused).map(({ way }) => `worker ${way}`).join(" "));
      }
      return probes;
    } catch (error) {
      this.#booting = null;
      if (error instanceof Failure && error.code === "E06") throw new Failure("E05", error.detail);
      throw error;
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  #ask(message) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#watch();
      this.#worker.postMessage({ id, ...message });
    });
  }

  #hear({ id, kind, ...answer }) {
    this.#watch();
    if (kind === "progress") {
      this.#onProgress(answer.stage, answer.done, answer.total);
    } else if (kind === "error") {
      this.#die("E06", answer.message); // what is left of a Python that stumbled is not trusted
    } else {
      this.#pending.get(id).resolve(answer);
      this.#pending.delete(id);
      this.#watch();
    }
  }

  /** Wind the guard up again while somebody waits. */
  #watch() {
    clearTimeout(this.#guard);
    if (this.#pending.size) this.#guard = setTimeout(() => this.#die("E07", ""), SILENCE);
  }

  #die(code, detail) {
    this.#end(() => new Failure(code, detail));
  }

  #end(reason) {
    if (this.#worker) {
      this.#worker.onmessage = null; // what it had said already is for nobody
      this.#worker.terminate();
    }
    this.#booting = null;
    clearTimeout(this.#guard);
    for (const { reject } of this.#pending.values()) reject(reason());
    this.#pending.clear();
  }
}
