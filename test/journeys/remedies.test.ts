import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { newAuthority } from '../../src/core/authority.ts';
import { add, walk } from './asking.ts';
import { type Json, type Person, until } from './program.ts';

/** Where no service manager is, the remedy is a process in the foreground. With one, `test/systemd/remedies.slow.ts` goes on. */
const skip = existsSync('/run/systemd/system') ? 'this machine has systemd' : false;

const readinessOf = async (person: Person, job: string): Promise<Json> =>
  (await person.ask(['show', job])).answer.at('readiness');

/** Types what the answer names, as it stands there. */
async function obey(person: Person, readiness: Json, expected: RegExp): Promise<void> {
  assert.equal(readiness.at('willRun').value, false);
  assert.equal(readiness.text('remedy', 'kind'), 'command');
  const text = readiness.text('remedy', 'text');
  assert.match(text, expected);
  const [, ...words] = text.split(' ');
  person.start(words);
}

const untilItRuns = (person: Person, job: string): Promise<true> =>
  until('the warning is gone', async () =>
    (await readinessOf(person, job)).at('willRun').value === true ? true : undefined,
  );

describe('the command that stands beside a warning makes it go away', { skip }, () => {
  test('when nothing runs the jobs', () =>
    walk(async (person) => {
      const job = await add(person, 'every 1h', '--', 'true');
      await obey(person, await readinessOf(person, job), /^cronkeeper runner$/);
      await untilItRuns(person, job);
    }));

  test('when only a gateway may own, or a job needs one', () =>
    walk(async (person) => {
      const job = await add(person, 'every 1h', '--require', 'role=gateway', '--', 'true');
      await obey(person, await readinessOf(person, job), /^cronkeeper gateway run$/);
      await untilItRuns(person, job);
    }));

  test('when the appointed role is not there', () =>
    walk(async (person) => {
      const job = await add(person, 'every 1h', '--', 'true');
      await person.ask(['owner', 'appoint', 'role', 'gateway', '--reason', 'test']);
      await obey(person, await readinessOf(person, job), /^cronkeeper gateway run$/);
      await untilItRuns(person, job);
    }));

  test('when the job is paused', () =>
    walk(async (person) => {
      const job = await add(person, 'every 1h', '--', 'true');
      person.start(['runner']);
      await untilItRuns(person, job);
      await person.ask(['pause', job]);
      await obey(person, await readinessOf(person, job), /^cronkeeper resume 0/);
      await untilItRuns(person, job);
    }));

  test('when nobody approved the job', () =>
    walk(async (person) => {
      const job = await add(person, 'every 1h', '--', 'true');
      person.start(['runner']);
      await untilItRuns(person, job);
      await makeAnAgents(person, job);
      await obey(person, await readinessOf(person, job), /^cronkeeper approve 0/);
      await untilItRuns(person, job);
    }));
});

/** As it is stored when an agent made it. */
async function makeAnAgents(person: Person, jobId: string): Promise<void> {
  const store = await person.openStore();
  const job = await store.jobs.get('default', jobId);
  assert.ok(job !== null);
  const maker = { kind: 'agent', name: 'http:bot', run: null } as const;
  const written = await store.jobs.change({
    profile: 'default',
    jobId,
    seen: { revision: job.revision, nextFireAt: job.nextFireAt },
    after: {
      ...job,
      revision: job.revision + 1,
      state: 'pending',
      nextFireAt: null,
      authority: newAuthority({ maker, ceiling: [], depth: 0 }),
    },
    decisions: [],
    entry: { profile: 'default', at: 0, actor: 'x', kind: 'x', subject: jobId, detail: {} },
  });
  assert.equal(written, 'changed');
  await store.close();
}
