import type { DiskFacts } from './machine-facts.ts';

/** How much room the home has. On a `full` disk nothing can be recorded, on a `short` one soon not; a `low` one is to be watched. */
export type Space = 'full' | 'short' | 'low' | 'enough';

const mebibyte = 1024 ** 2;
const fullBytes = 10 * mebibyte;
const shortBytes = 100 * mebibyte;
const lowBytes = 1024 * mebibyte;
const lowShare = 0.1;
const leastFiles = 1_000;

export function spaceOn({ freeBytes, totalBytes, freeFiles }: DiskFacts): Space {
  if (freeBytes < fullBytes) return 'full';
  if (freeBytes < shortBytes || hasFewFiles(freeFiles)) return 'short';
  return freeBytes < lowBytes && freeBytes < totalBytes * lowShare ? 'low' : 'enough';
}

const hasFewFiles = (freeFiles: number | null): boolean =>
  freeFiles !== null && freeFiles < leastFiles;

/** "1.5 GiB of 20.0 GiB are free for the home"; of files where those are the ones that run out. */
export const spaceWords = ({ freeBytes, totalBytes, freeFiles }: DiskFacts): string =>
  freeBytes >= shortBytes && hasFewFiles(freeFiles)
    ? `${freeFiles} files can still be made`
    : `${sizeWords(freeBytes)} of ${sizeWords(totalBytes)} are free for the home`;

const sizeWords = (bytes: number): string =>
  bytes >= 1024 * mebibyte
    ? `${(bytes / 1024 / mebibyte).toFixed(1)} GiB`
    : `${(bytes / mebibyte).toFixed(1)} MiB`;
