/**
 * As close to the machine as a durable start gets in Node: one exact timer, one commit of what is due that is on disk before
 * anything starts, and a shell that was started beforehand. Nothing of what makes a scheduler: no fence, no end, no output.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StampJob } from './scheduler.ts';
import { runStamp, serve, stampWords } from './serve.ts';

const isDurable = process.env['RAW_KIND'] === 'durable';
const helper = spawn('/bin/sh', [
  '-c',
  'while read -r program file label; do { "$program" "$file" "$label"; } & done',
]);
const store = openStore();

function openStore(): (due: readonly Due[]) => void {
  const database = new DatabaseSync(join(process.cwd(), 'raw.db'));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS runs (job TEXT, fire_time INTEGER, state TEXT, UNIQUE (job, fire_time))`);
  const claim = database.prepare(`INSERT INTO runs VALUES (?, ?, 'claimed')`);
  return (due) => {
    database.exec('BEGIN IMMEDIATE');
    for (const { label, atMs } of due) claim.run(label, atMs);
    database.exec('COMMIT');
  };
}

type Due = { readonly label: string; atMs: number; readonly periodMs: number | null };
let waiting: Due[] = [];
let timer: NodeJS.Timeout | undefined;

/** Only `* * * * * *` and the same every N seconds: enough to be a limit. */
function dueFrom({ label, when }: StampJob): Due {
  if ('atMs' in when) return { label, atMs: when.atMs, periodMs: null };
  const periodMs = Number(/^\*\/(\d+) /.exec(when.cron)?.[1] ?? 1) * 1_000;
  return { label, atMs: Math.ceil(Date.now() / periodMs) * periodMs, periodMs };
}

function wait(): void {
  clearTimeout(timer);
  const earliest = Math.min(...waiting.map(({ atMs }) => atMs));
  if (waiting.length > 0) timer = setTimeout(fire, Math.max(0, earliest - Date.now()));
}

function fire(): void {
  const now = Date.now();
  const due = waiting.filter(({ atMs }) => atMs <= now);
  if (due.length > 0) start(due);
  for (const one of due) if (one.periodMs !== null) one.atMs += one.periodMs;
  waiting = waiting.filter(({ atMs }) => atMs > now);
  wait();
}

function start(due: readonly Due[]): void {
  if (isDurable) {
    store(due);
    helper.stdin.write(due.map(({ label }) => `${stampWords.join(' ')} ${label}\n`).join(''));
  } else for (const { label } of due) void runStamp(label);
}

await serve({
  open() {},
  arm(jobs) {
    waiting.push(...jobs.map(dueFrom));
    wait();
  },
  close: () => void helper.stdin.end(),
});
