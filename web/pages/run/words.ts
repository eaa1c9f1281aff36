const kib = 1_024;
const units = ['kB', 'MB', 'GB'] as const;

/** `512 bytes`, `12 kB`, `3.4 MB`. */
export function sizeWords(bytes: number): string {
  if (bytes < kib) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const power = Math.min(units.length, Math.floor(Math.log(bytes) / Math.log(kib)));
  const number = bytes / kib ** power;
  return `${number >= 10 ? Math.round(number) : number.toFixed(1)} ${units[power - 1] ?? 'kB'}`;
}
