let table: Int32Array | null = null;

/** The CRC-32 of a text in UTF-8. Here because the library that has it takes longer to load than a short command has. */
export function crc32(text: string): number {
  table ??= Int32Array.from({ length: 256 }, (_, byte) => remainder(byte));
  let crc = -1;
  for (const byte of new TextEncoder().encode(text))
    crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Of one byte, divided by the polynomial that zlib and PNG use, the lowest bit first. */
function remainder(byte: number): number {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb8_8320 : rest >>> 1;
  return rest;
}
