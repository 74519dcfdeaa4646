// What travels, unpacked. The build packs the snapshot with the same code.

/**
 * Inflate our own archives: every member deflated, its sizes in its local header.
 * @param {ArrayBuffer} archive
 * @returns {Promise<Map<string, ArrayBuffer>>}
 */
export async function unzipped(archive) {
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

// --- snapshots ---

const MEMORY = 1; // in the snapshot's header: where the memory begins, in 32-bit words
const DATA_SECTION = 11;
const I32_CONST = 0x41;

/**
 * A quarter of what a snapshot would carry lies in the wasm file already: the data that an instance
 * begins with. It travels without that part. Blank what the wasm file lays into the memory, or bring it back: doing it twice changes nothing.
 * @param {Uint8Array} snapshot changed in place
 * @param {Uint8Array} wasm
 */
export function toggle(snapshot, wasm) {
  const memory = snapshot.subarray(new Uint32Array(snapshot.buffer, snapshot.byteOffset)[MEMORY]);
  for (const { to, bytes } of segments(wasm)) {
    for (let index = 0; index < bytes.length; index += 1) memory[to + index] ^= bytes[index];
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
