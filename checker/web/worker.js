// Runs the checker in Pyodide. The page starts this from its own text after it has shut the network,
// so that the policy holds here too; everything needed comes by message.
//
// page -> worker  {id, kind: "boot", version, probe, target, quick, port}; unpack.js tells what the port brings
//                 {kind: "wasm", wasm}  compiled
//                 {id, kind: "check" | "changes" | "make", files, options}
//                 {id, kind: "look" | "group" | "inspect" | "summarise" | "verify", files, options}
// worker -> page  {id, kind: "ready", probes} | {id, kind: "report", report} | {id, kind: "changes", changes}
//                 {id, kind: "files", files, notes} | {id, kind: "answer", json} | {id, kind: "error", message}
//                 {kind: "awake"} | {kind: "progress", stage, done, total}

const REHEARSALS = 12; // of 200 rows each: after 2,400 the first real check takes half as long
const PAUSE = 20; // milliseconds between two, for a message to come in

let pyodide;
let checker;
let asked = 0; // how often
const parcels = {}; // what comes unpacked, by name: each a promise, and the way to keep it

const answers = { boot, check, changes, make };
for (const question of ["look", "group", "inspect", "summarise", "verify"]) { // an officer's
  answers[question] = (request) => ({ kind: "answer", json: ask(question, request) });
}

if (globalThis.WorkerGlobalScope) { // the build only wants to know how a snapshot is laid into Python
  self.postMessage({ kind: "awake" });
  self.onmessage = async ({ data: { id, kind, ...request } }) => {
    if (kind === "wasm") return parcel(kind).arrive(request);
    asked += 1;
    try {
      self.postMessage({ id, ...await answers[kind](request) });
    } catch (error) {
      // The text of an exception may quote the user's file: only its kind goes out.
      self.postMessage({ id, kind: "error", message: error.type ?? error.name });
    }
  };
}

/**
 * Prove that the network is shut, and start Python with the checker.
 * @param {object} request
 * @param {string} request.version the checker's
 * @param {string} request.probe the text of that module
 * @param {string} request.target an address for the probes
 * @param {boolean} request.quick whether there is a snapshot to start from
 * @param {MessagePort} request.port where from comes what it starts from
 */
async function boot({ version, probe, target, quick, port }) {
  port.onmessage = ({ data }) => parcel(data.name).arrive(data);
  port.onmessageerror = () => { throw new TypeError("message"); };
  const proof = importText(probe).then((module) => module.probe(target));
  const { files: core } = await parcel("core").content;
  const modules = Promise.all(["pyodide.mjs", "pyodide.asm.mjs"].map((name) => importText(core.get(name))));
  const probes = await proof; // before fetch is another
  if (probes.some(({ refused }) => !refused)) return { kind: "ready", probes };

  // Pyodide believes that it asks a server. Of the standard library, a snapshot has in it what is used.
  const nothing = new Uint8Array(0);
  const library = quick ? [["python_stdlib.zip", nothing]] : (await parcel("library").content).files;
  if (!quick) tell("正在启动检查程序", 0, 2); // else once the snapshot is there: until then something is still coming
  const served = new Map([...core, ["pyodide.asm.wasm", nothing], ...library]); // that one comes compiled
  self.fetch = async (url) => fromMemory(served, String(url));
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const { wasm, files } = await parcel("wasm").content;
    const module = wasm ?? await WebAssembly.compile(files.get("pyodide.asm.wasm"));
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  const [{ loadPyodide }, { default: createPyodideModule }] = await modules;
  let site;
  pyodide = await loadPyodide({
    indexURL: "memory:/",
    fsInit: (_, { sitePackages }) => { site = sitePackages; },
    stdout: () => {},
    stderr: () => {},
    ...quick ? restoring(createPyodideModule, snapshotThatCame) : { createPyodideModule },
  });

  tell("正在装入检查规则", 1, 2);
  for (const archive of quick ? ["files"] : ["files", "sources"]) {
    for (const [name, content] of (await parcel(archive).content).files) {
      const path = `${site}/${name}`;
      pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      pyodide.FS.writeFile(path, content);
    }
  }
  checker = pyodide.pyimport("checker.browser");
  if (pyodide.pyimport("checker").__version__ !== version) throw new TypeError("version");
  tell("正在装入检查规则", 2, 2);
  setTimeout(whenIdle, PAUSE, warmUp(core.get("rehearsal.xlsx")), asked);
  return { kind: "ready", probes };
}

async function snapshotThatCame() {
  const snapshot = await parcel("snapshot").content;
  tell("正在启动检查程序", 0, 2);
  return snapshot;
}

/**
 * Options with which Python goes on where a snapshot was taken. It may still be on its way while
 * everything else is got ready, so Pyodide is given an empty one to begin with. The build proves the
 * snapshot with these, too (pipeline/snapshot.mjs).
 * @param {Function} createPyodideModule
 * @param {(module: object) => Promise<{header: Uint8Array, size: number, pieces: [number, Uint8Array][]}>} snapshot
 *   returns it, as `parted` in unpack.js does, once it is wanted
 */
export function restoring(createPyodideModule, snapshot) {
  return {
    _loadSnapshot: new Uint8Array(0),
    createPyodideModule: async (settings) => {
      const module = await createPyodideModule(settings);
      const { header, size, pieces } = await snapshot(module);
      if (module.HEAPU8.length < size) module.growMemory(size);
      const restore = module.API.restoreSnapshot;
      module.API.restoreSnapshot = () => {
        const state = restore(header); // nothing, if it is of another build
        for (const [at, bytes] of pieces) module.HEAPU8.set(bytes, at);
        return state;
      };
      return module;
    },
  };
}

/** What makes the next check the faster: load compiled code, which no snapshot can hold, and rehearse. */
function* warmUp(roster) {
  yield pyodide.pyimport("python_calamine").destroy();
  for (let done = 0; done < REHEARSALS; done += 1) {
    yield ask("check", { files: [["rehearsal.xlsx", new Uint8Array(roster)]], options: { today: "2024-10-12" } }, () => {});
  }
}

/** Go on step by step while nobody asks for anything. */
function whenIdle(steps, before = asked) {
  if (asked !== before || steps.next().done) return;
  setTimeout(whenIdle, PAUSE, steps, before);
}

/**
 * @typedef {{files: [string, Uint8Array][], options: object}} Request
 */

/** Check the files as one filing. @param {Request} request */
function check(request) {
  return { kind: "report", report: ask("check", request) };
}

/** Find what could safely be corrected. @param {Request} request */
function changes(request) {
  return { kind: "changes", changes: ask("changes", request) };
}

/** Make files from those given. @param {Request} request */
function make(request) {
  const made = ask("make", request);
  try {
    const [files, notes] = made.toJs();
    return { kind: "files", files, notes };
  } finally {
    made.destroy();
  }
}

/** Call a function of the checker with what the page has sent. */
function ask(name, { files, options }, progress = tell) {
  const given = pyodide.toPy(files);
  try {
    return checker[name](given, JSON.stringify(options), progress);
  } finally {
    given.destroy();
  }
}

/** @param {string} stage @param {number} done @param {number} total */
function tell(stage, done, total) {
  self.postMessage({ kind: "progress", stage, done, total });
}

/** Something that will come, or has come, and the way to let it in. */
function parcel(name) {
  if (!(name in parcels)) {
    let arrive;
    const content = new Promise((resolve) => { arrive = resolve; });
    parcels[name] = { arrive, content };
  }
  return parcels[name];
}

/** Import a module from its source, which no policy on addresses forbids. */
async function importText(source) {
  if (self.location.protocol === "data:") { // no Blob of ours would be of the same origin
    return import(`data:text/javascript,${encodeURIComponent(typeof source === "string" ? source : new TextDecoder().decode(source))}`);
  }
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Answer what Pyodide believes to be a request. */
function fromMemory(files, url) {
  const name = url.slice(url.lastIndexOf("/") + 1);
  if (!files.has(name)) throw new TypeError(`${name} is not among the assets`);
  return new Response(files.get(name));
}
