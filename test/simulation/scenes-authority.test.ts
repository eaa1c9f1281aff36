import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionHash, newAuthority } from '../../src/core/authority.ts';
import type { Job } from '../../src/core/job.ts';
import { Cluster } from './cluster.ts';
import { Doors } from './doors.ts';
import { memory } from './memory.ts';

const bot = { kind: 'agent', name: 'http:bot', run: null } as const;
const ofBot = newAuthority({ maker: bot, ceiling: [], depth: 0 });

/** A job of an agent in this state, each second, whatever the operations would have made of it. */
async function withJob(changes: Partial<Job> = {}) {
  const cluster = await Cluster.open(7, memory);
  const doors = new Doors(cluster, () => 0);
  const anchor = cluster.timeline.now().wall;
  const job = await cluster.addJob({ kind: 'every', everyMs: 1_000, anchor });
  await change(cluster, job.id, { authority: ofBot, ...changes });
  cluster.join();
  return { cluster, doors, jobId: job.id };
}

async function change(cluster: Cluster, jobId: string, changes: Partial<Job>): Promise<void> {
  const { store, timeline } = cluster;
  for (let tries = 0; tries < 100; tries += 1) {
    const job = await store.jobs.get('default', jobId);
    assert.ok(job !== null);
    const written = await store.jobs.change({
      profile: 'default',
      jobId,
      seen: { revision: job.revision, nextFireAt: job.nextFireAt },
      after: { ...job, ...changes, revision: job.revision + 1 },
      decisions: [],
      entry: {
        profile: 'default',
        at: timeline.now().wall,
        actor: 'test',
        kind: 'job.edited',
        subject: jobId,
        detail: {},
      },
    });
    if (written === 'changed') return;
  }
  assert.fail('it moved on again and again');
}

const runs = (cluster: Cluster) => cluster.store.runs.list('default', { limit: 100 });

test('nothing of what is not approved is probed, in its own environment least of all', async () => {
  const { cluster, doors, jobId } = await withJob({ state: 'enabled', nextFireAt: null });
  const job = await cluster.store.jobs.get('default', jobId);
  assert.ok(job !== null);
  const requirements = [{ kind: 'readable', path: '/mail' }] as const;
  await change(cluster, jobId, { definition: { ...job.definition, requirements } });
  cluster.machine.unmet.add('readable=/mail');
  await cluster.pass(1_000);
  const id = await doors.ask('probe', null);
  await cluster.pass(1_000);
  const findings = (await cluster.store.requests.get('default', id))?.findings;
  assert.deepEqual(
    findings?.unmet.map(({ code, jobIds }) => [code, jobIds]),
    [['approval_pending', [jobId]]],
  );
});

test('nothing begins that is not approved, although its state says that it fires', async () => {
  const { cluster } = await withJob();
  await cluster.pass(5_500);
  const decided = await runs(cluster);
  assert.ok(decided.length >= 4, `${decided.length} decided`);
  for (const { state, reason } of decided) {
    assert.deepEqual([state, reason], ['refused', 'approval_pending']);
  }
  assert.equal(cluster.machine.witness.length, 0);
});

test('the owner refuses a request for a job that is not approved, whoever wrote it down', async () => {
  const { cluster, doors, jobId } = await withJob({ state: 'pending', nextFireAt: null });
  const id = await doors.ask('run', jobId);
  await cluster.pass(5_000);
  const request = await cluster.store.requests.get('default', id);
  assert.deepEqual([request?.state, request?.reason], ['refused', 'approval_pending']);
  assert.equal(cluster.machine.witness.length, 0);
});

test('what is approved begins; changed afterwards, what was queued by then does not', async () => {
  const { cluster, jobId } = await withJob({ state: 'pending', nextFireAt: null });
  const job = await cluster.store.jobs.get('default', jobId);
  assert.ok(job !== null);
  const now = cluster.timeline.now().wall;
  const approval = { by: 'cli:anna', at: now, hash: definitionHash(job.definition) };
  await change(cluster, jobId, {
    authority: { ...ofBot, approval },
    state: 'enabled',
    nextFireAt: now + 1_000,
  });
  cluster.machine.runMs = 3_000;
  await cluster.pass(2_500);
  const begun = cluster.machine.witness.length;
  assert.ok(begun > 0);
  // The request waits for the run that goes on; meanwhile the job becomes another one.
  await change(cluster, jobId, { definition: { ...job.definition, overlap: 'queue' } });
  await cluster.pass(10_000);
  assert.equal(cluster.machine.witness.length, begun);
  assert.ok((await runs(cluster)).some(({ reason }) => reason === 'approval_stale'));
});
