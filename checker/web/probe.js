// Tries every way out to the network, from the page and from the worker alike. A way counts as shut
// only when the browser says that the policy refused it: a request that merely failed proves nothing,
// the network may just be down.

const PATIENCE = 10_000; // a slow machine under load; a refusal usually takes milliseconds

/** @type {Record<string, (url: string) => unknown>} */
const EVERYWHERE = {
  "fetch": (url) => fetch(url),
  "XMLHttpRequest": (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.send();
  },
  "WebSocket": (url) => new WebSocket(url.replace(/^http/, "ws")),
  "EventSource": (url) => new Promise((_, reject) => { new EventSource(url).onerror = reject; }),
  "import": (url) => import(url),
  "Worker": (url) => new Promise((_, reject) => { new Worker(url, { type: "module" }).onerror = reject; }),
};

/** @type {typeof EVERYWHERE} */
const PAGE_ONLY = {
  "sendBeacon": (url) => navigator.sendBeacon(url),
  "img": (url) => { new Image().src = url; },
  "link": (url) => attach("link", { rel: "stylesheet", href: url }),
  "script": (url) => attach("script", { src: url }),
  "iframe": (url) => attach("iframe", { src: url, hidden: true }),
};

// Firefox refuses these in a worker without telling the worker. There a failure has to do: the first
// stands under the same directive as fetch, the second under one that the page itself has proved.
const UNREPORTED_IN_WORKERS = ["EventSource", "Worker"];

/**
 * Try every way out.
 * @param {string} target an address of our own site: should a way be open, nothing goes anywhere else
 * @returns {Promise<{way: string, refused: boolean}[]>}
 */
export function probe(target) {
  const [ways, unreported] = globalThis.document
    ? [{ ...EVERYWHERE, ...PAGE_ONLY }, []]
    : [EVERYWHERE, UNREPORTED_IN_WORKERS];
  const failing = isElsewhere(target) ? [...unreported, "Worker"] : unreported; // none is ever let in from there
  return Promise.all(Object.entries(ways).map(async ([way, attempt]) => ({
    way,
    refused: await refused(address(target, way), attempt, failing.includes(way)),
  })));
}

/** Tell whether an address is of another origin, as any is for a page opened from the disk. */
function isElsewhere(url) {
  return new URL(url).origin !== globalThis.origin;
}

/** Return an address for a way; of one elsewhere, a browser may only tell the host when it refuses it. */
function address(target, way) {
  const url = new URL(`?probe=${way}`, target);
  if (isElsewhere(url)) url.hostname = `${way}.${url.hostname}`;
  return url.href;
}

/**
 * Tell whether the policy refused an attempt.
 * @param {string} url
 * @param {(url: string) => unknown} attempt
 * @param {boolean} failureWillDo
 * @returns {Promise<boolean>}
 */
async function refused(url, attempt, failureWillDo) {
  const listening = new AbortController();
  const { origin, search } = new URL(url);
  const violation = new Promise((resolve) => {
    globalThis.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      const isHost = isElsewhere(url) && blockedURI.replace(/\/$/, "") === origin;
      if (isHost || blockedURI.endsWith(search)) resolve(true);
    }, { signal: listening.signal });
  });
  const turn = new Promise((resolve) => setTimeout(resolve)); // each in its own, so that the page stays responsive
  const made = turn.then(() => attempt(url));
  const failure = new Promise((resolve) => {
    made.catch(() => { if (failureWillDo) resolve(true); });
  });
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE, false));
  const answer = await Promise.race([violation, failure, patience]);
  listening.abort();
  made.then((element) => element?.remove?.(), () => {}); // a frame would else load the browser's own page on the failure
  return answer;
}

/** Put an element into the document until it has been refused. */
function attach(tag, properties) {
  const made = Object.assign(document.createElement(tag), properties);
  document.head.append(made);
  return made;
}
