import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../journeys/program.ts';
import { bootMs, type Field } from './field.ts';
import { type Chance, type Nemesis, type Strike, spread } from './nemesis.ts';

export const whyNoMount = (): string | null =>
  process.getuid?.() === 0 ? null : 'needs root, to mount a small file system';

export function mountSmall(home: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m,mode=700', 'ck-torture', home]);
}

/** Lazily, so that a process that still has its folder there does not keep the folder from being removed. */
export function unmount(home: string): void {
  execFileSync('umount', ['-l', home]);
}

/** Fills the file system to the last byte for a while. */
async function fillDisk(field: Field, chance: Chance): Promise<Strike> {
  const path = join(field.home, 'ballast');
  const from = bootMs();
  const file = openSync(path, 'w');
  let bytes = 0;
  try {
    for (const size of [1_048_576, 4_096, 1]) bytes += fill(file, size);
  } finally {
    closeSync(file);
  }
  await sleep(spread(chance, 300, 9_000));
  rmSync(path);
  return { from, detail: `${bytes} bytes` };
}

function fill(file: number, size: number): number {
  const block = Buffer.alloc(size, 1);
  let bytes = 0;
  for (;;) {
    try {
      bytes += writeSync(file, block);
    } catch {
      // Full. That is what it is for.
      return bytes;
    }
    // Nothing here is that large; a file system without a limit would never be full.
    if (bytes > 256 * 1_048_576) throw new Error('the file system does not get full');
  }
}

export const diskNemesis: Nemesis = { name: 'disk-full', weight: 5, strike: fillDisk };
