import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openWorld } from '../../test/operations/world.ts';
import { definitionDefaults } from '../core/job.ts';
import { apply } from './apply.ts';
import { fileJob } from './apply-file.ts';
import { jobsShow } from './jobs-list.ts';

const page = readFileSync(new URL('../../docs/JOBS-FILE.md', import.meta.url), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

test('the example of the page is applied as it stands, and changes nothing the second time', async () => {
  const world = await openWorld();
  const { counts } = await world.ask(apply, { file: example });
  assert.deepEqual(counts, { create: 4, change: 0, unchanged: 0, remove: 0 });
  const again = await world.ask(apply, { file: example });
  assert.deepEqual(again.counts, { create: 0, change: 0, unchanged: 4, remove: 0 });
  const { job } = await world.ask(jobsShow, { job: 'Report' });
  assert.deepEqual([job.cwd, job.onFailure, job.timeoutMs], ['/srv/reports', ['inbox'], 600_000]);
});

test('the table of the page has every field of a job, and no other', () => {
  const cells = page.split('\n').flatMap((line) => /^\| (`[^|]*) \|/.exec(line)?.[1] ?? []);
  const fields = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(fields.sort(), Object.keys(fileJob.shape).sort());
});

test('the defaults of the page are those of a new job', () => {
  for (const [field, told] of [
    ['overlap', definitionDefaults.overlap],
    ['catchUp', definitionDefaults.catchUp.kind],
    ['onLoss', definitionDefaults.onLoss],
    ['retries', definitionDefaults.retries],
    ['outputLimit', definitionDefaults.outputLimit],
    ['deliver', `[${definitionDefaults.deliver.join()}]`],
  ])
    assert.match(
      page,
      new RegExp(`\\| \`${field}\` \\|.*\\| \`${String(told).replace('[', '\\[')}\` \\|`),
    );
  const world = /\| `timeout` .* `1h` \|[\s\S]*\| `retryDelay` .* `30s` \|/;
  assert.match(page, world);
  assert.deepEqual(
    [definitionDefaults.timeoutMs, definitionDefaults.retryDelayMs],
    [3_600_000, 30_000],
  );
});

for (const [name, text] of [
  ['no version', 'jobs: []\n'],
  ['a version of tomorrow', 'version: 2\njobs: []\n'],
  ['a list alone', '- {name: x, when: every 5m, command: [x]}\n'],
  ['nothing', ''],
] as const) {
  test(`a file with ${name} is told how it must begin`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(apply, { file: text }), {
      code: 'file_invalid',
      message: /must say `version: 1` in its first line/,
    });
  });
}

test('a file that gives a job an end that has passed is refused with its line', async () => {
  const world = await openWorld();
  const file = 'version: 1\njobs:\n  - {name: x, when: every 5m, command: [x]}\n';
  await world.ask(apply, { file });
  const ended = file.replace('[x]}', '[x],\n     end: 2020-01-01}');
  await assert.rejects(world.ask(apply, { file: ended }), {
    code: 'file_invalid',
    message: /line 4, .*names no time from now on/,
  });
});
