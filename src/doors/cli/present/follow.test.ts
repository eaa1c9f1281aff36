import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FollowEvent } from './follow.ts';
import { renderFollow } from './follow.ts';
import type { View } from './view.ts';

const view: View = {
  columns: 80,
  color: false,
  now: Date.UTC(2026, 10, 25, 8, 18),
  zone: 'Europe/Berlin',
  verbose: false,
  profile: 'default',
};
const run = {
  id: '01JZ',
  job: { id: '01JX', name: 'report\u001b' },
  state: 'ended' as const,
  outcome: 'succeeded' as const,
  exitCode: 0,
  durationMs: 1_500,
  reason: null,
  message: null,
};
const running = { ...run, state: 'running' as const, outcome: null, durationMs: null };
const missed = { ...running, state: 'missed' as const, reason: 'deadline_passed' as const };
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

const events: readonly (readonly [FollowEvent, string])[] = [
  [
    { kind: 'owning', message: 'This terminal runs the jobs.' },
    '09:18:00 ✓ This terminal runs the jobs.\n',
  ],
  [{ kind: 'waiting', message: 'pid 812 runs the jobs.' }, '09:18:00 ⚠ pid 812 runs the jobs.\n'],
  [{ kind: 'started', run: running }, '09:18:00 ▶ running report\\x1b  01JZ\n'],
  [{ kind: 'ended', run }, '09:18:00 ✓ succeeded report\\x1b in 1.5 s  01JZ\n'],
  [
    { kind: 'ended', run: { ...run, outcome: 'failed', exitCode: 3 } },
    '09:18:00 ✗ failed report\\x1b in 1.5 s, exit 3  01JZ\n',
  ],
  [{ kind: 'skipped', run: missed }, '09:18:00 ! missed report\\x1b: deadline passed.  01JZ\n'],
  [
    { kind: 'output', run, bytes: text('one\n\u001b[31mtwo\n') },
    'report\\x1b | one\nreport\\x1b | \\x1b[31mtwo\n',
  ],
  [{ kind: 'output', run, bytes: Uint8Array.from([0x61, 0xf0]) }, 'report\\x1b | a\\xf0\n'],
];
for (const [event, shown] of events) {
  test(`${event.kind} shows as ${JSON.stringify(shown.slice(0, 30))}`, () => {
    assert.equal(renderFollow(event, view), shown);
  });
}
