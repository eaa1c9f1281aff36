import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fireTimes } from '../../src/core/fire-times.ts';
import { seededRandom } from '../simulation/timeline.ts';
import { Person, sleep, until } from './program.ts';

const jobs = Number(process.env['JOBS'] ?? 8);
const kills = Number(process.env['KILLS'] ?? 50);
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

const jobFile = (witness: string): string =>
  JSON.stringify({
    version: 1,
    jobs: Array.from({ length: jobs }, (_, index) => ({
      name: `witness ${index}`,
      when: 'every 1s',
      overlap: 'allow',
      shell: `echo "$CRONKEEPER_JOB_ID $CRONKEEPER_FIRE_TIME $CRONKEEPER_RUN_ID" >> ${witness}`,
    })),
  });

/** Reads the witness, which the jobs wrote, and the ledger, which the scheduler wrote; answers what contradicts the promises. */
async function judge(
  person: Person,
): Promise<{ faults: string[]; runs: number; byState: Map<string, number> }> {
  const faults: string[] = [];
  const lines = person
    .read('witness')
    .split('\n')
    .filter((line) => line !== '');
  const seen = new Set<string>();
  for (const line of lines) {
    const [job, fireTime] = line.split(' ');
    const name = `${job} ${fireTime}`;
    if (seen.has(name)) faults.push(`ran twice: ${name}`);
    seen.add(name);
  }
  const store = await person.openStore();
  const byState = new Map<string, number>();
  for (const job of await store.jobs.list('default', { after: null, limit: 1_000 })) {
    const decided = new Map<number, number>();
    for (const run of await store.runs.list('default', { jobId: job.id, limit: 100_000 })) {
      const state = run.outcome ?? run.reason ?? run.state;
      byState.set(state, (byState.get(state) ?? 0) + run.count);
      if (run.state === 'queued' || run.state === 'running')
        faults.push(`stuck: ${run.id} ${run.state}`);
      const from = run.fireTime ?? 0;
      for (const at of fireTimes(
        job.definition.schedule,
        from - 1,
        run.fireTimeEnd ?? from,
        100_000,
      ).times)
        decided.set(at, (decided.get(at) ?? 0) + 1);
    }
    // A paused job has nothing due after it was paused.
    const end = (job.nextFireAt ?? job.updatedAt) - 1;
    for (const at of fireTimes(job.definition.schedule, job.createdAt, end, 100_000).times) {
      const times = decided.get(at) ?? 0;
      if (times !== 1)
        faults.push(
          `${job.definition.name} at ${new Date(at).toISOString()} was decided ${times} times`,
        );
    }
  }
  await store.close();
  return { faults, runs: lines.length, byState };
}

/** Living processes of ours that were started for this home: schedulers, starters, wrappers, commands. */
async function processesAt(home: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const said = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const isZombie = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).includes(
      ') Z',
    );
    if (said.includes(home) && !isZombie)
      found.push(`${pid} ${said.replaceAll('\0', ' ').slice(0, 120)}`);
  }
  return found;
}

for (const withStarter of [false, true]) {
  const who = withStarter ? 'a runner and its starter' : 'a runner';
  test(`${who} killed at ${kills} random moments: nothing doubled, silent, orphaned or stuck`, async (t) => {
    const person = new Person();
    const random = seededRandom(seed);
    try {
      const applied = await person.type(['apply', '-'], {}, jobFile(person.file('witness')));
      assert.equal(applied.code, 0, applied.err);
      const store = await person.openStore();
      let runner = person.start(['runner']);
      const recoveries: number[] = [];
      for (let kill = 0; kill < kills; kill += 1) {
        await sleep(random() * 1_200);
        const starter = (await store.leases.read('default')).holder?.starter;
        if (withStarter && starter && starter.pid > 1)
          try {
            process.kill(starter.pid, 'SIGKILL');
          } catch {
            /* It ended by itself. */
          }
        runner.signal('SIGKILL');
        await runner.ended;
        const died = Date.now();
        const before = person.read('witness').length;
        runner = person.start(['runner']);
        if (kill % 5 !== 4) continue;
        await until('it runs again', () =>
          person.read('witness').length > before ? true : undefined,
        );
        recoveries.push(Date.now() - died);
      }
      await sleep(4_000);
      assert.equal(await runner.stop(), 0);
      runner = person.start(['runner']);
      for (const { id } of await store.jobs.list('default', { after: null, limit: jobs }))
        assert.equal((await person.type(['pause', id])).code, 0);
      await until('everything is settled', async () =>
        (await store.runs.open('default', 100)).length === 0 ? true : undefined,
      );
      await runner.stop();
      await store.close();
      const { faults, runs, byState } = await judge(person);
      for (const orphan of await processesAt(person.home)) faults.push(`left behind: ${orphan}`);
      t.diagnostic(
        `seed ${seed}: ${runs} runs, ${[...byState].map(([state, n]) => `${n} ${state}`).join(', ')}; slowest recovery ${Math.max(...recoveries)} ms`,
      );
      assert.deepEqual(faults, [], `SEED=${seed}`);
      assert.ok(runs > jobs * 10);
    } finally {
      await person.leave();
    }
  });
}
