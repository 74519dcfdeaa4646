// Runs the checker in Pyodide. The page starts this from a Blob after it has shut the network, so
// that the policy holds here too; everything needed comes by message.
//
// page -> worker  {id, kind: "boot", archives, probe, target}
//                 {id, kind: "check" | "changes" | "make", files, options}
// worker -> page  {id, kind: "ready", probes} | {id, kind: "report", report} | {id, kind: "changes", changes}
//                 {id, kind: "files", files, notes} | {id, kind: "error", message}
//                 {kind: "progress", stage, done, total}

let pyodide;
let checker;

const answers = { boot, check, changes, make };

self.onmessage = async ({ data: { id, kind, ...request } }) => {
  try {
    self.postMessage({ id, ...await answers[kind](request) });
  } catch (error) {
    // The text of an exception may quote the user's file: only its kind goes out.
    self.postMessage({ id, kind: "error", message: error.type ?? error.name });
  }
};

/**
 * Prove that the network is shut, then start Python and import the checker.
 * @param {{archives: Record<string, ArrayBuffer>, probe: string, target: string}} request
 */
async function boot({ archives, probe, target }) {
  const probes = await (await importText(probe)).probe(target);
  if (probes.some(({ refused }) => !refused)) return { kind: "ready", probes };

  tell("正在解压检查程序", 0, 3);
  const files = await unzipped(archives.pyodide);
  self.fetch = async (url) => fromMemory(files, String(url));
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(
    ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => importText(files.get(name))),
  );

  tell("正在启动检查程序", 1, 3);
  let folder;
  pyodide = await loadPyodide({
    indexURL: "memory:/",
    createPyodideModule,
    fsInit: (_, { sitePackages }) => { folder = sitePackages; },
    stdout: () => {},
    stderr: () => {},
  });

  tell("正在装入检查规则", 2, 3);
  for (const archive of [archives.packages, archives.checker]) {
    pyodide.unpackArchive(archive, "zip", { extractDir: folder });
  }
  checker = pyodide.pyimport("checker.browser");
  tell("正在装入检查规则", 3, 3);
  return { kind: "ready", probes };
}

/**
 * @typedef {{files: [string, Uint8Array][], options: object}} Request
 */

/** Check the files as one filing. @param {Request} request */
function check(request) {
  return { kind: "report", report: asked("check", request) };
}

/** Find what could safely be corrected. @param {Request} request */
function changes(request) {
  return { kind: "changes", changes: asked("changes", request) };
}

/** Make files from those given. @param {Request} request */
function make(request) {
  const made = asked("make", request);
  try {
    const [files, notes] = made.toJs();
    return { kind: "files", files, notes };
  } finally {
    made.destroy();
  }
}

/** Call a function of the checker with what the page has sent. */
function asked(name, { files, options }) {
  const given = pyodide.toPy(files);
  try {
    return checker[name](given, JSON.stringify(options), tell);
  } finally {
    given.destroy();
  }
}

/** @param {string} stage @param {number} done @param {number} total */
function tell(stage, done, total) {
  self.postMessage({ kind: "progress", stage, done, total });
}

/** Import a module from its source, which no policy on addresses forbids. */
async function importText(source) {
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
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(files.get(name), { headers: { "Content-Type": type } });
}

/**
 * Inflate our own archives: every member deflated, its sizes in its local header.
 * @param {ArrayBuffer} archive
 * @returns {Promise<Map<string, ArrayBuffer>>}
 */
async function unzipped(archive) {
  const view = new DataView(archive);
  const members = [];
  const LOCAL_HEADER = 0x04034b50;
  for (let at = 0; view.getUint32(at, true) === LOCAL_HEADER;) {
    const size = view.getUint32(at + 18, true);
    const nameLength = view.getUint16(at + 26, true);
    const start = at + 30 + nameLength + view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(archive, at + 30, nameLength));
    members.push([name, new Uint8Array(archive, start, size)]);
    at = start + size;
  }
  return new Map(await Promise.all(members.map(async ([name, packed]) => {
    const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return [name, await new Response(inflated).arrayBuffer()];
  })));
}
