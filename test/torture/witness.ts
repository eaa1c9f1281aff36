import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import type { Begin, End, ProcessName, Testimony } from './evidence.ts';

/**
 * The witness: a script that every job runs as `/bin/sh witness.sh FILE KIND [ARG]`. It appends one line in one write when it begins
 * and one when it ends. Built from what the shell has, except one `date`: about 3 ms.
 */
const script = String.raw`
file=$1 kind=$2 arg=$3
read -r boot rest </proc/uptime
wall=$(date +%s%3N)
chain= pid=$$
while [ "$pid" -gt 1 ]; do
  read -r line <"/proc/$pid/stat" || break
  set -f
  set -- ${'$'}{line##*") "}
  chain="$chain,$pid:${'$'}{20}"
  pid=$2
done
read -r traced rest </proc/uptime
printf 'begin %s %s %s %s %s %s %s %s %s\n' "$CRONKEEPER_JOB_NAME" "${'$'}{CRONKEEPER_FIRE_TIME:--}" "$CRONKEEPER_RUN_ID" \
  "$CRONKEEPER_ATTEMPT" "$CRONKEEPER_EPOCH" "$boot" "$wall" "${'$'}{chain#,}" "$traced" >>"$file"
finish() {
  read -r boot rest </proc/uptime
  printf 'end %s %s %s\n' "$CRONKEEPER_RUN_ID" "$CRONKEEPER_ATTEMPT" "$boot" >>"$file"
  exit "$1"
}
case $kind in
  quick) finish 0 ;;
  sleep) trap 'kill $!; finish 143' TERM; sleep "$arg" & wait $!; finish 0 ;;
  flaky) [ "$CRONKEEPER_ATTEMPT" -gt 1 ]; finish $? ;;
  fail) finish 1 ;;
  stubborn) trap '' TERM; sleep "$arg"; sleep "$arg"; finish 0 ;;
  daemon) (trap '' TERM HUP; setsid sh -c "trap '' TERM; sleep $arg; sleep $arg" >/dev/null 2>&1 &) ; sleep "$arg"; finish 0 ;;
  leaver) (setsid sh -c "trap '' TERM; sleep $arg" >/dev/null 2>&1 &) ; finish 0 ;;
  flood) head -c "$arg" /dev/zero; yes | head -c "$arg"; finish 0 ;;
  forks) i=0; while [ $i -lt "$arg" ]; do sleep 1 & i=$((i + 1)); done; wait; finish 0 ;;
esac
finish 2
`;

/** Writes the script beside the file that it will write to. */
export function installWitness(path: string): void {
  writeFileSync(path, script);
}

const beginForm =
  /^begin (\S+) (\S+) (\w+) (\d+) (\d+) (\d+\.\d\d) (\d{13}) (\d+:\d+(?:,\d+:\d+)*) (\d+\.\d\d)$/;
const endForm = /^end (\w+) (\d+) (\d+\.\d\d)$/;

/** Reads what the jobs write, while they write it. */
export class Witness {
  readonly begins: Begin[] = [];
  readonly ends: End[] = [];
  /** Lines that are no whole line. */
  torn = 0;
  readonly #path: string;
  #position = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes in what was written since the last look. */
  look(): void {
    const text = this.#rest + this.#readOn();
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  testimony(): Testimony {
    this.look();
    return { begins: this.begins, ends: this.ends, torn: this.torn + (this.#rest === '' ? 0 : 1) };
  }

  #readOn(): string {
    let file: number;
    try {
      file = openSync(this.#path, 'r');
    } catch {
      // Nothing has run yet.
      return '';
    }
    try {
      const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - this.#position));
      const length = readSync(file, buffer, 0, buffer.length, this.#position);
      this.#position += length;
      return buffer.toString('latin1', 0, length);
    } finally {
      closeSync(file);
    }
  }

  #take(line: string): void {
    const begin = beginForm.exec(line);
    const end = endForm.exec(line);
    if (begin !== null) this.begins.push(beginOf(begin));
    else if (end !== null)
      this.ends.push({ run: end[1] ?? '', attempt: Number(end[2]), boot: bootMs(end[3]) });
    else this.torn += 1;
  }
}

const bootMs = (text = ''): number => Math.round(Number(text) * 1_000);

function beginOf(found: RegExpExecArray): Begin {
  const [, job = '', fireTime = '', run = '', ...rest] = found;
  const [attempt, epoch, boot, wall, chain = '', traced] = rest;
  return {
    job,
    fireTime: fireTime === '-' ? null : Date.parse(fireTime),
    run,
    attempt: Number(attempt),
    epoch: Number(epoch),
    boot: bootMs(boot),
    wall: Number(wall),
    chain: chain.split(',').map(processName),
    traced: bootMs(traced),
  };
}

/** Names a process by text such as `812:4711`. */
export function processName(text: string): ProcessName {
  const [pid, startMark = ''] = text.split(':');
  return `${Number(pid)}:${startMark}`;
}
