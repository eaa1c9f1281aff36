import type { Instant } from '../core/instant.ts';

/** A line of a crontab that starts something. */
export type CrontabLine = {
  /** 1-based. */
  readonly line: number;
  readonly when: string;
  /** What the shell gets, standard input included. */
  readonly script: string;
  readonly user: string | null;
  /** The variables set above it. */
  readonly variables: ReadonlyMap<string, string>;
};

/** A line that is a job of ours. */
export type TakenLine = { readonly line: number; readonly id: string; readonly name: string };

export type SkippedLine = { readonly line: number; readonly text: string; readonly reason: string };

export type Crontab = {
  readonly lines: readonly CrontabLine[];
  readonly skipped: readonly SkippedLine[];
};

const variableLine =
  /^\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"([^"]*)"|'([^']*)')\s*=\s*(?:"([^"]*)"|'([^']*)'|(.*?))\s*$/;
const macroLine = /^\s*-?(@[A-Za-z]+)\s+(.*)$/;
/** What runs our jobs from a crontab would run nothing any more as one of these jobs. */
const ownTick =
  /(?:^|[\s/"'`;&|(])cronkeeper(?:@[^\s"']+)?(?:\.[cm]?js)?["']?\s(?:[^|;&]*\s)?["']?tick["']?(?:[\s;&|<>)%`]|$)/;
const fieldsLine = /^\s*-?((?:[^\s]+\s+){4}[^\s]+)\s+(.*)$/;

/** Reads a crontab as cron does: variables count for the lines below them, `%` begins standard input, `\%` is a percent sign. */
export function parseCrontab(text: string, hasUserColumn: boolean): Crontab {
  const lines: CrontabLine[] = [];
  const skipped: SkippedLine[] = [];
  const variables = new Map<string, string>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    const line = index + 1;
    const skip = (reason: string): void => {
      skipped.push({ line, text: raw.slice(0, 200), reason });
    };
    const variable = variableLine.exec(raw);
    const match = macroLine.exec(raw) ?? fieldsLine.exec(raw);
    if (variable !== null && !/^\s*[-\d*@]/.test(raw)) {
      const [, bare, double, single, inDouble, inSingle, plain] = variable;
      variables.set(bare ?? double ?? single ?? '', inDouble ?? inSingle ?? plain ?? '');
    } else if (match === null) {
      skip('It is neither a variable nor a schedule with a command.');
    } else {
      const [, when = '', rest = ''] = match;
      const split = hasUserColumn ? /^(\S+)\s+(.*)$/.exec(rest) : null;
      const home = variables.get('HOME') ?? '/';
      const command = hasUserColumn ? (split?.[2] ?? '') : rest;
      if (command.trim() === '') skip('It has no command.');
      else if (when.toLowerCase() === '@reboot')
        skip('Starting at boot is not a time; use a service.');
      else if (ownTick.test(command))
        skip('It lets cronkeeper itself tick; cron goes on doing that.');
      else if (!home.startsWith('/'))
        skip(`HOME=${home} above it is no absolute path, and cron starts nothing there.`);
      else {
        lines.push({
          line,
          when: when.replace(/\s+/g, ' '),
          script: withInput(command),
          user: split?.[1] ?? null,
          variables: new Map(variables),
        });
      }
    }
  }
  return { lines, skipped };
}

/** The command up to the first bare `%`; what follows becomes its standard input, with `%` for line ends. */
function withInput(command: string): string {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < command.length; index += 1) {
    const letter = command.charAt(index);
    if (letter === '\\' && command.charAt(index + 1) === '%') {
      part += '%';
      index += 1;
    } else if (letter === '%') {
      parts.push(part);
      part = '';
    } else {
      part += letter;
    }
  }
  parts.push(part);
  const [script = '', ...input] = parts;
  if (input.length === 0) return script.trim();
  const quoted = `${input.join('\n')}\n`.replaceAll("'", "'\\''");
  return `printf '%s' '${quoted}' | { ${script.trim()}\n}`;
}

/** The crontab in which cron no longer runs what became jobs of ours; every other line stays as it is. */
export function withoutTaken(text: string, taken: readonly TakenLine[]): string {
  const jobs = new Map(taken.map(({ line, name }) => [line, name]));
  return text
    .split('\n')
    .map((raw, index) => {
      const name = jobs.get(index + 1);
      return name === undefined ? raw : `${markOf(name)}${raw}`;
    })
    .join('\n');
}

const markStart = '# cronkeeper runs this as "';
const markOf = (name: string): string => `${markStart}${name}": `;

/** The lines that were taken out of a crontab. */
export const marksIn = (text: string): readonly string[] =>
  text.split('\n').filter((raw) => raw.startsWith(markStart));

/** Whether a line was taken out for the job of this name. */
export const isMarked = (marks: readonly string[], name: string): boolean =>
  marks.some((raw) => raw.startsWith(markOf(name)));

/**
 * Whether a job that was made of a line may begin: cron does not have the line, and nobody put another one in its place. Where other
 * lines are there, only our mark tells a line that we took out from one that somebody rewrote.
 */
export function hasLetGo(
  text: string,
  { name, command }: { readonly name: string; readonly command: readonly string[] },
): boolean {
  const { lines, skipped } = parseCrontab(text, false);
  if (lines.some(({ script }) => script === command.at(-1))) return false;
  const marks = marksIn(text);
  const isBare = lines.length + skipped.length + marks.length === 0;
  return isBare || isMarked(marks, name);
}

const fullMinuteMs = 60_000;
const beforeMs = 10_000;
const afterMs = 2_000;

/**
 * Milliseconds to wait until a crontab may be changed: cron reads it at each full minute and may be late, so neither the last
 * seconds of a minute nor its first ones are a moment in which it is certain who runs what.
 */
export function waitForQuietMs(now: Instant): number {
  const into = now % fullMinuteMs;
  if (into < afterMs) return afterMs - into;
  return into > fullMinuteMs - beforeMs ? fullMinuteMs - into + afterMs : 0;
}
