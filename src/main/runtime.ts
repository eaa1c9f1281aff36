import { setFlagsFromString } from 'node:v8';

/**
 * An owner that has nothing to do is not to wake V8's helpers: our heap is small, and of its two compilers for code that runs often the
 * quick one would be at work for hours on what runs every five seconds, and gains nothing under load.
 */
export function keepHelpersAsleep(): void {
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--no-maglev');
}
