// Keeps the site in the browser: who has opened the checker once can use all of it without a network.
//
// The build puts RELEASE before this: {version, files: {address: base64 of its SHA-256}}. A release is
// taken as a whole or not at all, and lies in a cache of its own. Nothing here listens to messages:
// through this worker no page can send anything.

/* global RELEASE */

const OURS = `beian-kit ${registration.scope} `; // other sites may share the origin
const NAME = OURS + RELEASE.version;
const PATIENCE = 3000; // milliseconds for the page that brought this to get ready first
const REST = 2; // after each file, as a multiple of the time it took: a check at the same time stays quick
const NAMED_BY_CONTENT = /-[0-9a-f]{12}[./]/;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(registration.scope)) event.respondWith(answer(event.request));
});

/** Take all files of the release; the first that cannot be had ends it, and the old release stays. */
async function install() {
  await pause(PATIENCE);
  const cache = await caches.open(NAME);
  for (const [address, sha256] of Object.entries(RELEASE.files)) {
    const begun = performance.now();
    await take(cache, address, sha256);
    await pause((performance.now() - begun) * REST);
  }
  await skipWaiting();
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

/** Take one file, from an earlier release where it has not changed since. */
async function take(cache, address, sha256) {
  const url = new URL(address, registration.scope).href;
  const kept = await caches.match(url);
  const same = kept && await hashOf(kept.clone()) === sha256;
  const asked = { integrity: `sha256-${sha256}` };
  // A copy that the browser has kept may be of another release.
  await cache.put(url, same ? kept : await fetch(url, asked).catch(() => fetch(url, { ...asked, cache: "reload" })));
}

async function hashOf(response) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
  return btoa(String.fromCharCode(...digest));
}

/** Leave this release and the one before, of which a page may still be loading. */
async function tidy() {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

/** Answer from this release; from an earlier one only what is named by its content. */
async function answer(request) {
  const options = { ignoreSearch: request.mode === "navigate" };
  const cache = await caches.open(NAME);
  const kept = await cache.match(request, options)
    ?? (NAMED_BY_CONTENT.test(request.url) ? await caches.match(request) : undefined);
  return kept ?? fetch(request);
}
