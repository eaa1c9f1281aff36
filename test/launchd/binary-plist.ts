/** Reads what `plistutil` writes: a binary property list (`bplist00`), as far as services need it. */

type Read = string | number | boolean | readonly Read[] | { readonly [key: string]: Read };

/** @throws when it is no such list, or holds what no service of ours has */
export function readBinaryPlist(bytes: Buffer): Read {
  if (bytes.toString('latin1', 0, 8) !== 'bplist00') throw new Error('no binary property list');
  const trailer = bytes.subarray(-32);
  const offsetSize = trailer.readUInt8(6);
  const referenceSize = trailer.readUInt8(7);
  const top = Number(trailer.readBigUInt64BE(16));
  const table = Number(trailer.readBigUInt64BE(24));
  const offsetOf = (index: number): number =>
    bytes.readUIntBE(table + index * offsetSize, offsetSize);

  /** Length and first byte of what has more than its marker. */
  function extent(at: number): { readonly count: number; readonly from: number } {
    const low = bytes.readUInt8(at) & 0x0f;
    if (low !== 0x0f) return { count: low, from: at + 1 };
    const size = 2 ** (bytes.readUInt8(at + 1) & 0x0f);
    return { count: bytes.readUIntBE(at + 2, size), from: at + 2 + size };
  }

  function references(from: number, count: number): readonly number[] {
    return Array.from({ length: count }, (_, index) =>
      bytes.readUIntBE(from + index * referenceSize, referenceSize),
    );
  }

  function read(index: number): Read {
    const at = offsetOf(index);
    const marker = bytes.readUInt8(at);
    const { count, from } = extent(at);
    switch (marker >> 4) {
      case 0x0:
        return marker === 0x09;
      case 0x1:
        return Number(
          bytes.toString('hex', at + 1, at + 1 + 2 ** (marker & 0x0f)).replace(/^/, '0x'),
        );
      case 0x5:
        return bytes.toString('ascii', from, from + count);
      case 0x6:
        return Buffer.from(bytes.subarray(from, from + count * 2))
          .swap16()
          .toString('utf16le');
      case 0xa:
        return references(from, count).map(read);
      case 0xd: {
        const keys = references(from, count).map((key) => String(read(key)));
        const values = references(from + count * referenceSize, count).map(read);
        return Object.fromEntries(keys.map((key, place) => [key, values[place] ?? '']));
      }
      default:
        throw new Error(`marker ${marker.toString(16)} is not known here`);
    }
  }
  return read(top);
}
