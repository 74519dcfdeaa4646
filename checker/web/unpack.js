// What travels, unpacked: in a worker of its own, while the page proves its lock and Python gets ready.
//
// page -> unpacker    {port} where the checker's worker listens
//                     {name, archive}
// unpacker -> worker  {name, files}
//                     {name: "snapshot", header, size, pieces}
// unpacker -> page    {wasm}  compiled: not every browser lets that pass through a port
//                     {error}

/**
 * Find what is in an archive.
 * @param {ArrayBuffer} archive one of our own: every member deflated, its sizes in its local header
 * @returns {[string, Uint8Array, number][]} names, what they stand for, deflated, and its size
 */
function membersOf(archive) {
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
  return members;
}

/** @returns {Promise<Map<string, Uint8Array>>} */
async function unzipped(archive) {
  return new Map(await Promise.all(membersOf(archive).map(
    async ([name, packed, size]) => [name, await collected(inflating(packed), size)],
  )));
}

/** @param {Uint8Array} packed @returns {ReadableStream<Uint8Array>} */
function inflating(packed) {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  for (const written of [writer.write(packed), writer.close()]) written.catch(() => {}); // whoever reads hears of it
  return readable;
}

/** Collect what a stream brings, whose size is known. */
async function collected(stream, size) {
  const bytes = new Uint8Array(size);
  const reader = stream.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes.set(value, at);
    at += value.length;
  }
  if (at !== size) throw new TypeError("size");
  return bytes;
}

const WORD = Uint32Array.BYTES_PER_ELEMENT;

/**
 * Take a snapshot apart. It travels without what every new Python has in its memory anyway, and begins with
 * the length of its header, the size of the memory, the number of pieces, and where in the memory each begins
 * and ends, all as 32-bit words. The build packs it and reads it with this (pipeline/snapshot.mjs).
 * @param {Uint8Array} packed
 * @returns {{header: Uint8Array, size: number, pieces: [number, Uint8Array][]}} Pyodide's snapshot but for the
 *   memory, the size of that, and what to lay over it where
 */
export function parted(packed) {
  const [start, size, count] = new Uint32Array(packed.buffer, packed.byteOffset, 3);
  const places = new Uint32Array(packed.buffer, packed.byteOffset + 3 * WORD, 2 * count);
  let at = (3 + 2 * count) * WORD;
  const next = (length) => packed.subarray(at, at += length);
  const header = next(start);
  const pieces = Array.from({ length: count }, (_, index) => {
    const [from, to] = places.subarray(2 * index);
    return [from, next(to - from)];
  });
  return { header, size, pieces };
}

// --- the worker ---

if (globalThis.WorkerGlobalScope) {
  const OF_NO_ORIGIN = self.location.protocol === "data:"; // then nothing compiled is let out at all
  let port;
  let last = Promise.resolve(); // one archive after the other, so that the first is there the sooner

  const fail = (error) => self.postMessage({ error: error.name });

  const compile = async (archive) => {
    const [[, packed]] = membersOf(archive);
    const response = new Response(inflating(packed), { headers: { "Content-Type": "application/wasm" } });
    self.postMessage({ wasm: await WebAssembly.compileStreaming(response) });
  };

  const unpack = async ({ name, archive }) => {
    if (name === "wasm" && !OF_NO_ORIGIN) return compile(archive);
    const files = await unzipped(archive);
    if (name === "snapshot") {
      const packed = files.get("snapshot.bin");
      port.postMessage({ name, ...parted(packed) }, [packed.buffer]);
    } else {
      port.postMessage({ name, files }, [...files.values()].map(({ buffer }) => buffer));
    }
  };

  self.onmessage = ({ data }) => {
    if (data.port) port = data.port;
    else last = last.then(() => unpack(data)).catch(fail);
  };
}
