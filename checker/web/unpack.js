// What travels, unpacked: in a worker of its own, while the page proves its lock and Python gets ready.
// The build packs the snapshot with the same code (pipeline/snapshot.mjs).
//
// page -> unpacker    {port} where the checker's worker listens
//                     {name, archive}
// unpacker -> worker  {name, files}
//                     {name: "snapshot", memory, size}  up to its last page that is not blank
// unpacker -> page    that it failed

/**
 * @param {ArrayBuffer} archive one of our own: every member deflated, its sizes in its local header
 * @returns {Promise<Map<string, Uint8Array>>}
 */
async function unzipped(archive) {
  const view = new DataView(archive);
  const members = [];
  const LOCAL_HEADER = 0x04034b50;
  for (let at = 0; view.getUint32(at, true) === LOCAL_HEADER;) {
    const [packed, size] = [18, 22].map((field) => view.getUint32(at + field, true));
    const nameLength = view.getUint16(at + 26, true);
    const start = at + 30 + nameLength + view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(archive, at + 30, nameLength));
    members.push([name, new Uint8Array(archive, start, packed), size]);
    at = start + packed;
  }
  return new Map(await Promise.all(members.map(
    async ([name, packed, size]) => [name, await inflated(packed, size)],
  )));
}

/** Inflate bytes whose size is known. */
async function inflated(packed, size) {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const bytes = new Uint8Array(size);
  const fill = async () => {
    const reader = readable.getReader();
    let at = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes.set(value, at);
      at += value.length;
    }
    if (at !== size) throw new TypeError("size");
  };
  await Promise.all([writer.write(packed), writer.close(), fill()]);
  return bytes;
}

// --- snapshots ---

const MEMORY = 1; // in the snapshot's header: where the memory begins, in 32-bit words
const PAGE = 4096; // bytes; whether one is blank is asked of so many together
const WORD = Uint32Array.BYTES_PER_ELEMENT;
const DATA_SECTION = 11;
const I32_CONST = 0x41;

/**
 * Leave out of a snapshot what the wasm file holds as well, then the pages that are blank: more than
 * half of it. What is left begins with the size, the number of pieces, and where each begins and ends.
 * @param {Uint8Array} snapshot changed on the way
 * @param {Uint8Array} wasm
 * @returns {Uint8Array}
 */
export function shrunk(snapshot, wasm) {
  toggle(snapshot, wasm);
  const pieces = [];
  for (let at = 0; at < snapshot.length; at += PAGE) {
    const end = Math.min(at + PAGE, snapshot.length);
    if (!snapshot.subarray(at, end).some(Boolean)) continue;
    const last = pieces.at(-1);
    if (last?.[1] === at) last[1] = end;
    else pieces.push([at, end]);
  }
  const head = Uint32Array.of(snapshot.length, pieces.length, ...pieces.flat());
  const contents = pieces.map(([start, end]) => snapshot.subarray(start, end));
  const packed = new Uint8Array(pieces.reduce((sum, [start, end]) => sum + end - start, head.byteLength));
  [new Uint8Array(head.buffer), ...contents].reduce((at, bytes) => {
    packed.set(bytes, at);
    return at + bytes.length;
  }, 0);
  return packed;
}

/**
 * Return what was shrunk as it was, up to its last page that is not blank, and its whole size.
 * @param {Uint8Array} packed
 * @param {Uint8Array} wasm
 * @returns {{memory: Uint8Array, size: number}}
 */
export function grown(packed, wasm) {
  const [size, count] = new Uint32Array(packed.buffer, packed.byteOffset, 2);
  const pieces = new Uint32Array(packed.buffer, packed.byteOffset + 2 * WORD, 2 * count);
  const memory = new Uint8Array(pieces.at(-1));
  for (let piece = 0, at = (2 + 2 * count) * WORD; piece < count; piece += 1) {
    const [start, end] = pieces.subarray(2 * piece);
    memory.set(packed.subarray(at, at += end - start), start);
  }
  toggle(memory, wasm);
  return { memory, size };
}

/** Blank what the wasm file lays into the memory, or bring it back: doing it twice changes nothing. */
function toggle(snapshot, wasm) {
  const base = snapshot.byteOffset + new Uint32Array(snapshot.buffer, snapshot.byteOffset)[MEMORY];
  for (const { to, bytes } of segments(wasm)) {
    const shift = (base + to) % WORD; // word by word, as byte by byte takes several times as long
    const patch = new Uint8Array(Math.ceil((shift + bytes.length) / WORD) * WORD);
    patch.set(bytes, shift);
    const patches = new Uint32Array(patch.buffer);
    const words = new Uint32Array(snapshot.buffer, base + to - shift, patches.length);
    for (let index = 0; index < words.length; index += 1) words[index] ^= patches[index];
  }
}

/** Yield the active segments of a module's data section (WebAssembly, 5.5.14). */
function* segments(wasm) {
  let at = 8;
  const number = () => { // LEB128
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < wasm.length) {
    const section = wasm[at++];
    const size = number();
    if (section !== DATA_SECTION) {
      at += size;
      continue;
    }
    for (let count = number(); count; count -= 1) {
      if (wasm[at++] !== 0 || wasm[at++] !== I32_CONST) throw new TypeError("unexpected data segment");
      const to = number();
      at += 1; // end of the expression
      const length = number();
      yield { to, bytes: wasm.subarray(at, at += length) };
    }
  }
}

// --- the worker ---

if (globalThis.WorkerGlobalScope) {
  let port;
  let wasm; // comes first, in the core
  let last = Promise.resolve(); // one archive after the other, so that the first is there the sooner

  const unpack = async ({ name, archive }) => {
    const files = await unzipped(archive);
    if (name === "snapshot") {
      const { memory, size } = grown(files.get("snapshot.bin"), wasm);
      port.postMessage({ name, memory, size }, [memory.buffer]);
    } else {
      wasm ??= files.get("pyodide.asm.wasm");
      port.postMessage({ name, files }); // copied: the wasm file is still needed here
    }
  };

  self.onmessage = ({ data }) => {
    if (data.port) port = data.port;
    else last = last.then(() => unpack(data)).catch((error) => self.postMessage(error.name));
  };
}
