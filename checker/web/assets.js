// Downloads what the worker needs, while the network is still open.

import { Failure } from "./failure.js";
import { KIT } from "./kit.js"; // made by the build: what belongs to this release (pipeline/runtime.py)

// Whether everything stands in one file (pipeline/offline.py), opened from the disk.
const SINGLE = "single" in document.documentElement.dataset;

/** Where code comes from: a page from the disk is of no origin that a Blob could be of too. */
export const SCHEME = SINGLE ? "data:" : "blob:";

/** An address for probes: should a way be open, it leads to our own site, or to nobody's (RFC 6761). */
export const TARGET = SINGLE ? "https://offline.invalid/" : new URL("./", location.href).href;

/**
 * @typedef {{name: string, url: string, bytes: number, sha256: string}} Asset
 * @typedef {object} Kit what a worker starts from, now or again when there is no network any more
 * @property {Record<string, Promise<ArrayBuffer>>} archives in the order in which they are needed; each is
 *   there when all of it has come
 * @property {string} version the checker's
 * @property {Record<string, string>} sources the texts of the workers' modules
 */

// Python starts from a memory snapshot. Where a browser does not take that, the page opens again and
// fetches what the snapshot was made of: once it has shut the network, nothing can be sent for.
const START = "beian-kit start"; // in this tab's sessionStorage; nothing else is ever stored
const SILENCE = 60_000; // longest wait for a server that says nothing
const PACE = 100; // milliseconds between two words on how far the download is; from a cache it is there at once
const STRETCH = 10; // milliseconds of reading before the page has its turn: it could not open the workers else

/**
 * Ask for everything. When this is done nothing is left to be asked for, though most is still under way.
 * @param {(done: number, total: number) => void} onBytes
 * @returns {Promise<Kit>}
 */
export async function download(onBytes) {
  const needed = KIT.needed[isPlain() ? "plain" : "quick"];
  const wanted = needed.map((wantedName) => KIT.assets.find(({ name }) => name === wantedName));
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let told = performance.now();
  const count = (bytes) => {
    done += bytes;
    if (done < total && performance.now() < told + PACE) return;
    told = performance.now();
    onBytes(done, total);
  };
  const answers = await Promise.all(wanted.map(({ url }) => get(url)));
  const archives = wanted.map((asset, at) => [asset.name, read(asset, answers[at], count)]);
  for (const [, archive] of archives) archive.catch(() => {}); // whoever starts a worker hears of it
  return { archives: Object.fromEntries(archives), version: KIT.version, sources: KIT.sources };
}

/**
 * Have the site kept for when there is no network (docs/_service-worker.js). Browsers offer that on
 * safe connections only; elsewhere the site works all the same, with a network.
 */
export function keepSite() {
  if (SINGLE) return;
  navigator.serviceWorker?.register(new URL("../../sw.js", import.meta.url)).catch(() => {});
}

/**
 * Open the page again for a plain start, unless this was one.
 * @returns {boolean} whether that is what happens now
 */
export function startPlainly() {
  if (isPlain()) return false;
  try {
    sessionStorage.setItem(START, "plain");
  } catch {
    return false; // storing is forbidden: the next start would be no other than this one
  }
  location.reload();
  return true;
}

function isPlain() {
  try {
    return sessionStorage.getItem(START) === "plain";
  } catch {
    return false;
  }
}

/** Return an address from which a program starts that is known by its text. */
export function address(source) {
  if (SINGLE) return `data:text/javascript,${encodeURIComponent(source)}`;
  return URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
}

/** @param {string} name @returns {Promise<Response>} */
async function get(name) {
  if (SINGLE) return new Response(inlined(name));
  const response = await soon(fetch(new URL(name, import.meta.url)), name);
  if (!response.ok) throw new Failure("E02", `${name} ${response.status}`);
  return response;
}

/** Wait for a server, but not for ever. */
async function soon(answer, name) {
  let guard;
  const silence = new Promise((_, reject) => { guard = setTimeout(reject, SILENCE); });
  try {
    return await Promise.race([answer, silence]);
  } catch {
    throw new Failure("E02", name);
  } finally {
    clearTimeout(guard);
  }
}

/**
 * Read one asset and make sure it is the one the page was built with.
 * @param {Asset} asset
 * @param {Response} response
 * @param {(count: number) => void} onBytes
 * @returns {Promise<ArrayBuffer>}
 */
async function read(asset, response, onBytes) {
  const bytes = new Uint8Array(asset.bytes);
  let at = 0;
  let rested = 0;
  const reader = response.body.getReader();
  for (;;) {
    if (performance.now() > rested + STRETCH) {
      await new Promise((resolve) => setTimeout(resolve));
      rested = performance.now();
    }
    const { done, value } = await soon(reader.read(), asset.name);
    if (done) break;
    if (at + value.length > bytes.length) throw new Failure("E03", asset.name);
    bytes.set(value, at);
    at += value.length;
    onBytes(value.length);
  }
  if (at !== bytes.length || !await genuine(bytes, asset.sha256)) throw new Failure("E03", asset.name);
  return bytes.buffer;
}

/** Return what the build has put into the single file, once. */
function inlined(name) {
  const block = document.getElementById(name);
  block.remove();
  const text = atob(block.textContent);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** Compare the hash. On a plain http intranet the browser offers none: the size must do there. */
async function genuine(bytes, sha256) {
  if (!globalThis.crypto?.subtle) return true;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}
