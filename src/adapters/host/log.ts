import { closeSync, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Instant, toIso } from '../../core/instant.ts';
import type { Log } from '../../ports/log.ts';

const defaultLimitBytes = 5 * 1024 * 1024;
const defaultFiles = 3;
const longestLine = 64 * 1024;

export type LogOptions = {
  /** The folder `logs` of the home. */
  readonly folder: string;
  /** Names the file: `<role>.log`. */
  readonly role: string;
  readonly wall: () => Instant;
  /** Also writes a readable line to stderr. */
  readonly stderr?: boolean;
  /** Past this size the file becomes `<role>.log.1`; at least one line fits. */
  readonly limitBytes?: number;
  /** How many files are kept, the current one included. */
  readonly files?: number;
};

type LogLevel = keyof Log;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes one JSON line for each event to `<folder>/<role>.log` (0600). Several processes may share the file.
 * Writing never throws: a log that cannot be written must not stop the work it tells of. A full disk loses lines.
 */
export function makeLog(options: LogOptions): Log {
  const file = makeRotatingFile(
    join(options.folder, `${options.role}.log`),
    options.limitBytes ?? defaultLimitBytes,
    options.files ?? defaultFiles,
  );
  const write = (level: LogLevel, event: string, fields: Fields = {}): void => {
    const at = options.wall();
    const heading = { at: toIso(at), level, event, pid: process.pid };
    file.append(toJsonLine(heading, fields));
    if (options.stderr) writeQuietly(2, `${toReadableLine(at, level, event, fields)}\n`);
  };
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}

/** Takes every line and keeps none. */
export function makeQuietLog(): Log {
  const ignore = (): void => {};
  return { info: ignore, warn: ignore, error: ignore };
}

/** An append-only file that moves itself aside before it grows past its limit. */
function makeRotatingFile(path: string, limitBytes: number, files: number) {
  let open: { readonly file: number; size: number } | null = null;
  const close = (): void => {
    if (open) closeSync(open.file);
    open = null;
  };
  const reopen = (): { readonly file: number; size: number } => {
    close();
    const file = openSync(path, 'a', 0o600);
    open = { file, size: fstatSync(file).size };
    return open;
  };
  const rotate = (): void => {
    // Another process with the same role may have moved the file already: then only a new one is opened.
    const mine = open && fstatSync(open.file).ino;
    if (mine === statSync(path, { throwIfNoEntry: false })?.ino) {
      for (let number = files - 1; number >= 1; number -= 1)
        renameIfThere(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`);
    }
    reopen();
  };
  return {
    append(line: string): void {
      try {
        const size = Buffer.byteLength(line);
        let current = open ?? reopen();
        if (current.size > 0 && current.size + size > limitBytes) {
          rotate();
          current = open ?? reopen();
        }
        writeSync(current.file, line);
        current.size += size;
      } catch {
        // The next line tries with a new file: the folder may have been replaced.
        closeQuietly(close);
      }
    },
  };
}

function renameIfThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false })) renameSync(from, to);
}

function closeQuietly(close: () => void): void {
  try {
    close();
  } catch {
    // Nothing can be done about a file that does not even close.
  }
}

function writeQuietly(file: number, text: string): void {
  try {
    writeSync(file, text);
  } catch {
    // Whoever read stderr is gone, or does not keep up.
  }
}

function toJsonLine(heading: Fields, fields: Fields): string {
  const line = JSON.stringify(toPlain({ ...heading, ...fields, ...heading }, 0));
  if (line.length <= longestLine) return `${line}\n`;
  return `${JSON.stringify({ ...heading, truncated: line.slice(0, longestLine / 2) })}\n`;
}

const deepest = 6;

/** Errors as their parts, big numbers as text, and no circle can go on for ever. */
function toPlain(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '…';
  if (value instanceof Error) {
    const { name, message, cause } = value;
    const code = 'code' in value ? { code: toPlain(value.code, depth + 1) } : {};
    const why = cause === undefined ? {} : { cause: toPlain(cause, depth + 1) };
    return { name, message, ...code, stack: value.stack, ...why };
  }
  if (Array.isArray(value)) return value.map((each) => toPlain(each, depth + 1));
  if (value instanceof Date) return value.toJSON();
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, toPlain(each, depth + 1)]),
  );
}

/** "09:30:00 warn owner_stalled overdueMs=12" in UTC; control characters are escaped, so a line stays one line. */
function toReadableLine(at: Instant, level: LogLevel, event: string, fields: Fields): string {
  const words = Object.entries(fields).map(([key, value]) => {
    const plain = value instanceof Error ? value.message : toPlain(value, 0);
    const text = JSON.stringify(plain) ?? 'undefined';
    return `${key}=${/^"[\w./:@-]+"$/.test(text) ? text.slice(1, -1) : text}`;
  });
  const line = [toIso(at).slice(11, 19), level, event, ...words].join(' ');
  return line.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
