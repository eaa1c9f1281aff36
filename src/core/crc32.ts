/** The CRC-32 of a text in UTF-8. Here because the library that has it takes longer to load than a short command has. */
export function crc32(text: string): number {
  const known = remainders();
  let crc = -1;
  // ASCII is its own encoding; to encode a text takes longer than the sum of it.
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return crcOfBytes(new TextEncoder().encode(text));
    crc = (known[(crc ^ unit) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function crcOfBytes(bytes: Uint8Array): number {
  const known = remainders();
  return ~bytes.reduce((crc, byte) => (known[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8), -1) >>> 0;
}

let found: Int32Array | null = null;

function remainders(): Int32Array {
  found ??= Int32Array.from({ length: 256 }, (_, byte) => remainderOf(byte));
  return found;
}

/** Of one byte, divided by the polynomial that zlib and PNG use, the lowest bit first. */
function remainderOf(byte: number): number {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb8_8320 : rest >>> 1;
  return rest;
}
