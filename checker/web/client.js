// Talks to the worker: a promise for every question, and an end to every wait. Other pages come here by
// way of embed.js.

import { address } from "./assets.js";
import { Failure } from "./failure.js";

// Longest silence that still looks like work: reading one very large file says nothing in between.
const SILENCE = 180_000;

/** Return today where the reader is, not in Greenwich, as 2024-10-12. */
export function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export class Client {
  #kit;
  #target;
  #onProgress;
  #workers = [];
  #worker = null; // the one of them that is asked
  #wasm; // compiled once: what the browser has learned of it is kept from one worker to the next
  #complete = false; // nothing is on its way any more
  #booting = null;
  #pending = new Map();
  #lastId = 0;
  #wake;
  #guard = 0;

  /** @type {Promise<void>} done when the first worker runs, or never will */
  awake = new Promise((resolve) => { this.#wake = resolve; });

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
   * @param {object} options those of `checker/browser.py`; `today` is the reader's own unless it is given
   * @returns {Promise<string>} the report in the format that the options name
   */
  async check(files, options) {
    const { report } = await this.#about(files, "check", options);
    return report;
  }

  /**
   * Find what could safely be corrected.
   * @returns {Promise<string>} a JSON list of changes
   */
  async changes(files, options) {
    const { changes } = await this.#about(files, "changes", options);
    return changes;
  }

  /**
   * Make files from those given.
   * @param {object} options with `product`, see `checker/browser.py`
   * @returns {Promise<{files: [string, Uint8Array][], notes: string[]}>}
   */
  async make(files, options) {
    return this.#about(files, "make", options);
  }

  /**
   * Ask what an officer asks: about many filings, or whether a paper and a file are one edition.
   * @param {"look" | "group" | "inspect" | "summarise" | "verify"} question see `checker/browser.py`
   * @returns {Promise<string>} the answer as JSON
   */
  async query(question, files, options) {
    const { json } = await this.#about(files, question, options);
    return json;
  }

  /** Stop whatever is going on: those who wait get an AbortError. */
  stop() {
    this.#end(() => new DOMException("", "AbortError"));
  }

  /** Stop, and start afresh. */
  cancel() {
    this.stop();
    this.start().catch(() => {}); // whoever asks next hears of it
  }

  async #boot() {
    const { archives, version, sources } = this.#kit;
    const { port1, port2 } = new MessageChannel();
    const urls = [sources.worker, sources.unpack].map(address);
    const worker = this.#open(urls[0], (data) => this.#hear(data));
    const unpacker = this.#open(urls[1], ({ wasm }) => {
      if (!wasm) return this.#die("E06", "unpacking");
      this.#wasm = wasm;
      worker.postMessage({ kind: "wasm", wasm });
    });
    this.#worker = worker;
    try {
      unpacker.postMessage({ port: port1 }, [port1]);
      if (this.#wasm) worker.postMessage({ kind: "wasm", wasm: this.#wasm });
      this.#supply(unpacker);
      const { probes } = await this.#ask({
        kind: "boot", version, probe: sources.probe, target: this.#target, quick: "snapshot" in archives, port: port2,
      }, [port2]);
      unpacker.terminate();
      const open = probes.filter(({ refused }) => !refused);
      if (open.length) throw new Failure("E04", open.map(({ way }) => `worker ${way}`).join(" "));
      return probes;
    } catch (error) {
      if (worker === this.#worker) this.#end(() => error);
      if (error instanceof Failure && error.code === "E06") throw new Failure("E05", error.detail);
      throw error;
    } finally {
      urls.forEach((url) => URL.revokeObjectURL(url));
    }
  }

  #open(url, hear) {
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => hear(data);
    worker.onmessageerror = () => this.#die("E06", "message");
    worker.onerror = (event) => {
      event.preventDefault(); // its text may quote the user's file
      this.#die("E06", "worker");
    };
    this.#workers.push(worker);
    return worker;
  }

  /** Hand over the archives. */
  async #supply(unpacker) {
    try {
      for (const [name, coming] of Object.entries(this.#kit.archives)) {
        const archive = await coming;
        if (name !== "wasm" || !this.#wasm) unpacker.postMessage({ name, archive });
      }
      this.#complete = true;
      this.#watch();
    } catch (error) {
      this.#end(() => error);
    }
  }

  async #about(files, kind, options) {
    await this.start();
    return this.#ask({ kind, files, options: { today: today(), ...options } });
  }

  #ask(message, moved = []) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#watch();
      this.#worker.postMessage({ id, ...message }, moved);
    });
  }

  #hear({ id, kind, ...answer }) {
    this.#watch();
    if (kind === "awake") {
      this.#wake();
    } else if (kind === "progress") {
      this.#onProgress(answer.stage, answer.done, answer.total);
    } else if (kind === "error") {
      this.#die("E06", answer.message); // what is left of a Python that stumbled is not trusted
    } else {
      this.#pending.get(id).resolve(answer);
      this.#pending.delete(id);
      this.#watch();
    }
  }

  /** Wind the guard up again while somebody waits; a download has one of its own. */
  #watch() {
    clearTimeout(this.#guard);
    if (this.#pending.size && this.#complete) this.#guard = setTimeout(() => this.#die("E07", ""), SILENCE);
  }

  #die(code, detail) {
    this.#end(() => new Failure(code, detail));
  }

  #end(reason) {
    for (const worker of this.#workers.splice(0)) {
      worker.onmessage = worker.onmessageerror = worker.onerror = null; // what it had said already is for nobody
      worker.terminate();
    }
    this.#worker = this.#booting = null;
    this.#wake();
    clearTimeout(this.#guard);
    for (const { reject } of this.#pending.values()) reject(reason());
    this.#pending.clear();
  }
}
