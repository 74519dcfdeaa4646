// Makes the memory snapshot that the browser's Python starts from (design.md §5), and proves it.
//
//   node snapshot.mjs PYODIDE FOLDER
//
// FOLDER holds sources.zip and files.zip and gets snapshot.bin. Snapshots are Pyodide's private
// affair, so nothing is believed of this one: it must start, and do all that a plain start does.

import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { parted } from "../checker/web/unpack.js";
import { restoring } from "../checker/web/worker.js";

const MEMORY = 1; // in a snapshot's header: where the memory begins, in 32-bit words
const PAGE = 4096; // bytes; whether they are left out is asked of so many together

process.on("uncaughtException", (error) => {
  console.error(error.stack);
  process.exit(1); // left to itself Node also prints the line where it happened: all of Pyodide
});

const [pyodide, folder] = process.argv.splice(1, Infinity, "python").slice(1); // sys.executable is in the snapshot
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const load = (name) => import(pathToFileURL(join(pyodide, name)));
const { loadPyodide } = await load("pyodide.mjs");
const { default: createPyodideModule } = await load("pyodide.asm.mjs");

// What is made twice is the same twice: nothing is left to chance, and time goes by a second a look.
let clock = Date.UTC(1980, 0, 1);
Date.now = () => clock += 1000;
performance.now = () => clock += 1000;
crypto.randomFillSync = (array) => array.fill(0);

const script = readFileSync(new URL("snapshot.py", import.meta.url));
let site;
const start = (options) => loadPyodide({
  indexURL: pyodide,
  env: { PYTHONHASHSEED: "0", TZ: "UTC" },
  fsInit: (_, { sitePackages }) => { site = sitePackages; },
  ...options,
});
/** Unpack as the worker does. */
const unpack = (python, name) => python.unpackArchive(read(name), "zip", { extractDir: site });

const plain = await start();
for (const name of ["sources.zip", "files.zip"]) unpack(plain, name);
plain.FS.writeFile(`${site}/snapshot.py`, script);
const build = plain.pyimport("snapshot");
const expected = build.everything();
const modules = build.used();
build.compile_folder(site);
plain.FS.writeFile("/library.zip", readFileSync(join(pyodide, "python_stdlib.zip")));
build.compile_library("/library.zip");
writeFileSync(join(folder, "library.zip"), plain.FS.readFile("/library.zip"));

const made = await start({ _makeSnapshot: true, stdLibURL: join(folder, "library.zip") });
copy(plain.FS, made.FS, site);
made.pyimport("snapshot").settle(modules);
wipe(made._module);
const whole = made.makeMemorySnapshot();

let created; // the memory of a new Python, before any of its code has run
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const result = await instantiate(...given);
  const { memory } = (result.instance ?? result).exports;
  if (memory) created ??= new Uint8Array(memory.buffer.slice());
  return result;
};
let snapshot;
const restored = await start(restoring(createPyodideModule, async (module) => {
  snapshot = shrunk(whole, created, module.HEAPU8);
  return parted(snapshot);
}));
unpack(restored, "files.zip");
restored.FS.writeFile(`${site}/snapshot.py`, script);
const found = restored.pyimport("snapshot").everything();
if (found !== expected) throw new Error("Python from the snapshot does not do what a plain one does");

writeFileSync(join(folder, "snapshot.bin"), snapshot);

/**
 * Leave out of a snapshot what every new Python has in its memory anyway: more than half of it.
 * @param {Uint8Array} whole
 * @param {Uint8Array} created the memory of a new Python to begin with
 * @param {Uint8Array} started its memory when a snapshot is laid over it; where it wrote, nothing is left out
 * @returns {Uint8Array} as `parted` takes it
 */
function shrunk(whole, created, started) {
  const start = new Uint32Array(whole.buffer)[MEMORY];
  const memory = whole.subarray(start);
  const blank = new Uint8Array(PAGE);
  const pieces = [];
  for (let at = 0; at < memory.length; at += PAGE) {
    const [kept, ...others] = [memory, created, started].map((bytes) => bytes.subarray(at, at + PAGE));
    if (others.every((other) => Buffer.compare(kept, other.length ? other : blank) === 0)) continue;
    const last = pieces.at(-1);
    if (last?.[1] === at) last[1] += PAGE;
    else pieces.push([at, at + PAGE]);
  }
  const head = Uint32Array.of(start, memory.length, pieces.length, ...pieces.flat());
  const parts = pieces.map(([from, to]) => memory.subarray(from, to));
  return new Uint8Array(Buffer.concat([new Uint8Array(head.buffer), whole.subarray(0, start), ...parts]));
}

/** Copy what is in a folder from one Python's disk to another's, but for compiled code. */
function copy(from, to, path) {
  for (const name of from.readdir(path).filter((each) => !each.startsWith(".") && each !== "python_calamine")) {
    const inside = `${path}/${name}`;
    if (from.isDir(from.stat(inside).mode)) {
      to.mkdirTree(inside);
      copy(from, to, inside);
    } else {
      to.writeFile(inside, from.readFile(inside));
    }
  }
}

/** Blank the free memory, where litter lies that nobody needs and no compression brings down. */
function wipe(module) {
  const taken = [];
  for (let size = 1 << 17; size > 16; size /= 2) {
    for (let end = module._sbrk(0); module._sbrk(0) === end;) { // until it had to be asked for more
      const at = module._malloc(size);
      module.HEAPU8.fill(0, at, at + size);
      taken.push(at);
    }
  }
  for (const at of taken) module._free(at);
}
