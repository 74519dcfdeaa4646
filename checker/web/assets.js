// Downloads what the worker needs, while the network is still open.

import { Failure } from "./failure.js";

/**
 * @typedef {{name: string, url: string, bytes: number, sha256: string}} Asset
 * @typedef {{archives: Record<string, ArrayBuffer>, worker: string, probe: string}} Kit
 *   `archives` by name; `worker` and `probe` are source text
 */

/**
 * Fetch everything.
 * @param {(done: number, total: number) => void} onBytes
 * @returns {Promise<Kit>}
 */
export async function download(onBytes) {
  const text = (name) => get(name).then((response) => response.text());
  const [manifest, worker, probe] = await Promise.all([text("assets.json"), text("worker.js"), text("probe.js")]);
  const assets = /** @type {Asset[]} */ (JSON.parse(manifest));
  const total = assets.reduce((sum, asset) => sum + asset.bytes, 0);
  let done = 0;
  const loaded = await Promise.all(assets.map(async (asset) => {
    const bytes = await read(asset, (count) => onBytes(done += count, total));
    return [asset.name, bytes];
  }));
  return { archives: Object.fromEntries(loaded), worker, probe };
}

/** @param {string} name @returns {Promise<Response>} */
async function get(name) {
  let response;
  try {
    response = await fetch(new URL(name, import.meta.url));
  } catch {
    throw new Failure("E02", name);
  }
  if (!response.ok) throw new Failure("E02", `${name} ${response.status}`);
  return response;
}

/**
 * Read one asset and make sure it is the one the page was built with.
 * @param {Asset} asset
 * @param {(count: number) => void} onBytes
 * @returns {Promise<ArrayBuffer>}
 */
async function read(asset, onBytes) {
  const response = await get(asset.url);
  const bytes = new Uint8Array(asset.bytes);
  let at = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => { throw new Failure("E02", asset.name); });
    if (done) break;
    if (at + value.length > bytes.length) throw new Failure("E03", asset.name);
    bytes.set(value, at);
    at += value.length;
    onBytes(value.length);
  }
  if (at !== bytes.length || !await genuine(bytes, asset.sha256)) throw new Failure("E03", asset.name);
  return bytes.buffer;
}

/** Compare the hash. On a plain http intranet the browser offers none: the size must do there. */
async function genuine(bytes, sha256) {
  if (!globalThis.crypto?.subtle) return true;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}
