import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The command of every scheduler in a run: `program FILE LABEL` adds its own clock to the file. */
export type StampProgram = {
  readonly program: string;
  /** Says so when it is slower than it could be. */
  readonly note: string | null;
};

/** One start as its command saw it. */
export type Stamp = {
  readonly label: string;
  readonly atMs: number;
  /** For which fire time the scheduler said it was; most say nothing. */
  readonly saidMs: number | null;
};

const script = `#!/bin/sh
now=$(date +%s%N)
told=$(printenv CRONKEEPER_FIRE_TIME) || told=-
printf '%s %s %s\\n' "$2" "$now" "$told" >> "$1"
`;

/** Builds the command: a static program in C, or a shell script where there is no compiler. The same one serves everybody. */
export function buildStamp(folder: string): StampProgram {
  const program = join(folder, 'stamp');
  if (existsSync(program)) return { program, note: null };
  const source = join(import.meta.dirname, 'stamp.c');
  const built = spawnSync('gcc', ['-O2', '-static', '-o', program, source]);
  if (built.status === 0) return { program, note: null };
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  return { program, note: 'the command is a shell script: gcc is not installed' };
}

/** Reads what the command wrote. */
export function parseStamps(text: string): readonly Stamp[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [label = '', nanoseconds = '', said = '-'] = line.split(' ');
      const saidMs = said === '-' ? null : Date.parse(said);
      return { label, atMs: Number(nanoseconds) / 1e6, saidMs };
    });
}
