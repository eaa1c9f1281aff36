/** The SHA-256 of a text in UTF-8, as 64 hexadecimal digits. Here because an approval is judged where nothing is imported. */
export function sha256(text: string): string {
  const state = Int32Array.from(
    fractions()
      .slice(0, 8)
      .map(({ root2 }) => root2),
  );
  const bytes = padded(new TextEncoder().encode(text));
  for (let start = 0; start < bytes.length; start += 64)
    mix(state, new DataView(bytes.buffer, start, 64));
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

type Fractions = { readonly root2: number; readonly root3: number };

let known: readonly Fractions[] | null = null;

/** The first 32 bits behind the point of the square and the cube roots of the first 64 primes. */
function fractions(): readonly Fractions[] {
  known ??= primes(64).map((prime) => ({
    root2: fraction(Math.sqrt(prime)),
    root3: fraction(Math.cbrt(prime)),
  }));
  return known;
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let one = 2; found.length < count; one += 1)
    if (found.every((prime) => one % prime !== 0)) found.push(one);
  return found;
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

function padded(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return bytes;
}

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function mix(state: Int32Array, block: DataView): void {
  const words = new Int32Array(64);
  const word = (at: number): number => words[at] ?? 0;
  for (let at = 0; at < 16; at += 1) words[at] = block.getInt32(at * 4);
  for (let at = 16; at < 64; at += 1) {
    const [near, far] = [word(at - 2), word(at - 15)];
    const one = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
    const other = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
    words[at] = word(at - 16) + one + word(at - 7) + other;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (const [at, { root3 }] of fractions().entries()) {
    const chosen = (e & f) ^ (~e & g);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + root3 + word(at)) | 0;
    const most = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries())
    state[at] = (state[at] ?? 0) + value;
}
