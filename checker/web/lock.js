// Shuts the network of this document for good, proves that it is shut, and starts the checker behind it.

import { SCHEME, TARGET } from "./assets.js";
import { Client } from "./client.js";
import { element } from "./dom.js";
import { Failure } from "./failure.js";
import { probe } from "./probe.js";

// Added once everything has been asked for. Nothing new may come or go; code comes from memory only.
const LOCK = `default-src 'none'; script-src ${SCHEME} 'wasm-unsafe-eval'; worker-src ${SCHEME}; form-action 'none'; base-uri 'none'`;

/**
 * @typedef {{way: string, refused: boolean}[]} Probes the ways out that were tried
 */

/**
 * Shut the network and start a worker that lives without it.
 * @param {import("./assets.js").Kit} kit everything it needs, as nothing can be fetched any more
 * @param {(stage: string, done: number, total: number) => void} onProgress
 * @returns {Promise<{client: Client, probes: {page: Probes, worker: Probes}}>}
 * @throws {Failure} E04 where a way out is open, E05 where the checker does not start
 */
export async function startLocked(kit, onProgress) {
  document.head.append(element("meta", { "http-equiv": "Content-Security-Policy", content: LOCK }));
  const client = new Client(kit, TARGET, onProgress);
  const starting = client.start();
  starting.catch(() => {}); // heard of below, unless the page itself has a way out
  await client.awake; // a busy page would keep the worker from beginning
  const page = await probe(TARGET);
  const open = page.filter(({ refused }) => !refused);
  if (open.length) {
    client.stop();
    throw new Failure("E04", open.map(({ way }) => way).join(" "));
  }
  return { client, probes: { page, worker: await starting } };
}
