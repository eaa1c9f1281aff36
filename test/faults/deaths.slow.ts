import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  holderPid,
  isAlive,
  runNow,
  shell,
  starterPid,
  startRunner,
  walk,
  whenOver,
} from '../journeys/asking.ts';
import { type Person, type Running, sleep, until } from '../journeys/program.ts';
import {
  attemptsOf,
  linesOf,
  missing,
  needsRoot,
  shortTtl,
  stateOf,
  whenStopped,
  withFault,
} from './scene.ts';

/** F07, F08: the owner dies or stops between any two steps of a start. What the successor does is the same each time: once. */

const witness = 'echo "$CRONKEEPER_RUN_ID" >> witness; sleep 0.7; exit 7';

/** `attempts`: how each attempt of the run must have ended, or null where both are right. */
const deaths = [
  { at: 'before the starter is told', fault: 'kill before prepare', attempts: ['ended'] },
  // Authorising it may be part of the same turn.
  { at: 'when the starter was told', fault: 'kill after prepare', attempts: null },
  // Of a spare wrapper it hears that only after it authorised.
  { at: 'when it hears of the wrapper', fault: 'kill at waiting', attempts: null },
  { at: 'between authorise and go', fault: 'kill before go', attempts: ['not_started', 'ended'] },
  { at: 'between go and began', fault: 'kill after go', attempts: null },
  {
    at: 'with its gate stuck behind go',
    fault: 'hang at waiting',
    attempts: ['not_started', 'ended'],
  },
  { at: 'when it hears that it began', fault: 'kill at began', attempts: ['ended'] },
  { at: 'when it hears that it is over', fault: 'kill at gone', attempts: ['ended'] },
] as const;

async function dieAt(person: Person, job: string, death: (typeof deaths)[number]): Promise<void> {
  const owner = person.start(['runner'], withFault(death.fault));
  const { answer } = await person.ask(['run', job, '--queue=1m']);
  assert.equal(await owner.ended, null, 'it was not killed');
  const successor = await startRunner(person);
  const receipt = answer.text('request', 'receipt');
  const store = await person.openStore();
  const runId = (await store.requests.get('default', receipt))?.runId ?? '';
  await store.close();
  const run = await whenOver(person, runId);
  assert.equal(run.text('outcome'), 'failed');
  assert.equal(run.number('exitCode'), 7);
  assert.equal(linesOf(person, runId), 1, 'it did not run exactly once');
  const seen = (await attemptsOf(person, runId)).map(({ state }) => state);
  if (death.attempts !== null) assert.deepEqual(seen, death.attempts);
  successor.signal('SIGKILL');
  await successor.ended;
}

describe('an owner that dies in the middle of a start', {
  skip: needsRoot() ?? false,
  concurrency: 2,
}, () => {
  for (const death of deaths)
    test(`${death.at}: the run happens once, and its true end is known`, () =>
      walk(async (person) => dieAt(person, await shell(person, 'job', witness), death)));
});

describe('an owner that stops in the middle of a start', {
  skip: needsRoot() ?? false,
  concurrency: 2,
}, () => {
  test('woken after its trust ended, its go is refused at the gate, and the run happens once', () =>
    walk(async (person) => {
      await shortTtl(person);
      const job = await shell(person, 'job', witness);
      const owner = await startFaulty(person, 'stop before go');
      const asked = runNow(person, job);
      await whenStopped(owner);
      await sleep(2_500);
      owner.signal('SIGCONT');
      const runId = await asked;
      assert.equal((await whenOver(person, runId)).number('exitCode'), 7);
      const states = (await attemptsOf(person, runId)).map(({ state }) => state);
      assert.deepEqual(states, ['not_started', 'ended']);
      assert.equal(linesOf(person, runId), 1);
      assert.match(owner.output(), /was-paused/);
    }));

  test('for longer than a TTL beside a standby, it is ended, and the standby runs it once', () =>
    walk(async (person) => {
      await shortTtl(person);
      const job = await shell(person, 'job', witness);
      const owner = await startFaulty(person, 'stop before go');
      const standby = person.start(['runner']);
      const asked = runNow(person, job);
      await whenStopped(owner);
      assert.equal(await owner.ended, null, 'the stopped owner was not ended');
      const runId = await asked;
      const run = await whenOver(person, runId);
      assert.equal(run.number('exitCode'), 7);
      assert.equal(linesOf(person, runId), 1);
      const [first, second] = await attemptsOf(person, runId);
      assert.equal(first?.state, 'not_started');
      assert.ok((second?.epoch ?? 0) > (first?.epoch ?? 0), 'the successor has no later epoch');
      await standby.stop();
    }));
});

async function startFaulty(person: Person, fault: string): Promise<Running> {
  const owner = person.start(['runner'], withFault(fault));
  await until('it owns', async () => ((await holderPid(person)) === owner.pid ? true : undefined));
  return owner;
}

const isTraced = (pid: number): boolean =>
  /^TracerPid:\s+[1-9]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));

test(
  'a starter that hangs in its fork is ended by the successor before that claims, and the run happens once',
  { skip: missing('/usr/bin/strace', 'strace') ?? false },
  () =>
    walk(async (person) => {
      const job = await shell(person, 'job', witness);
      const owner = await startRunner(person);
      const starter = await starterPid(person);
      const inject = 'inject=clone,clone3,fork,vfork:delay_enter=12s:when=1';
      const tracer = spawn('strace', [
        '-qq',
        '-f',
        '-p',
        `${starter}`,
        '-e',
        'trace=process',
        '-e',
        inject,
      ]);
      await until('it is traced', () => (isTraced(starter) ? true : undefined));
      const runId = await runNow(person, job);
      let looks = 0;
      await until('its fork hangs', () => {
        // Any call of a traced process stops it for a moment; only the delayed one for long.
        looks = stateOf(starter) === 't' ? looks + 1 : 0;
        return looks > 10 ? true : undefined;
      });
      owner.signal('SIGKILL');
      await owner.ended;
      const since = Date.now();
      await startRunner(person);
      assert.ok(!isAlive(starter), 'the starter still lives');
      assert.ok(Date.now() - since < 11_500, 'the successor waited for the fork to come back');
      assert.equal((await whenOver(person, runId)).number('exitCode'), 7);
      assert.equal(linesOf(person, runId), 1);
      tracer.kill('SIGKILL');
    }),
);
