import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readOutput, readTranscript } from '../adapters/executors/output.ts';
import type { OutputReader } from '../ports/output.ts';

const nothing = new Uint8Array(0);

/** Reads stored output of the runs of one home. */
export function makeOutputReader(home: string): OutputReader {
  return {
    read: async (runId, attempt, fromByte, maxBytes) => {
      const part = await readOutput(home, runId, attempt, { fromByte, maxBytes });
      if (part === null) return { bytes: nothing, nextByte: fromByte, isAbsent: true };
      return { bytes: part.bytes, nextByte: part.next, isAbsent: false };
    },
    transcript: (runId, attempt) => readTranscript(home, runId, attempt),
    usedBytes: async () => usedBelow(join(home, 'runs')),
  };
}

/** What is pruned meanwhile does not count. */
function usedBelow(folder: string): number {
  let used = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) used += usedBelow(path);
    else if (entry.isFile()) used += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return used;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
