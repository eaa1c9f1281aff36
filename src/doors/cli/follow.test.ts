import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCliWorld } from '../../../test/doors/cli-host.ts';
import { processOf, provenanceOf, withHolder } from '../../../test/operations/world.ts';
import { sampleRun } from '../../../test/samples.ts';
import type { Fence } from '../../core/lease.ts';
import type { Outcome, Run } from '../../core/run.ts';

const runId = '01M817QNM0RVN00000000000AA';

/** A world in which the owner takes the request at the first look, writes output, and ends it at the third. */
async function withBusyOwner(outcome: Outcome) {
  const cli = await openCliWorld();
  const fence = await withHolder(cli.world);
  await cli.run(['add', 'every 5m', '--name', 'report', '--', '/usr/bin/report']);
  let looks = 0;
  cli.world.meanwhile = async () => {
    looks += 1;
    assert.ok(looks < 10_000, 'somebody waits for ever');
    if (looks === 1) await take(cli, fence);
    if (looks === 2) cli.world.output.set(runId, new TextEncoder().encode('one\u001b[2J\n'));
    if (looks === 4) {
      cli.world.output.set(runId, new TextEncoder().encode('one\u001b[2J\ntwo\n'));
      await settle(cli, fence, outcome);
    }
  };
  return cli;
}

type Cli = Awaited<ReturnType<typeof openCliWorld>>;

async function take({ world }: Cli, fence: Fence, id = runId): Promise<void> {
  const [request] = await world.store.requests.waiting('default', 1);
  if (request === undefined || request.jobId === null) throw new Error('Nobody asked.');
  const at = world.now();
  const run: Run = sampleRun({
    id,
    profile: 'default',
    jobId: request.jobId,
    cause: 'request',
    requestId: request.id,
    epoch: fence.epoch,
    decidedAt: at,
    notBefore: at,
  });
  await world.store.runs.acceptRequests(fence, [{ kind: 'accept', requestId: request.id, run }]);
  await world.store.runs.authorise(fence, [
    {
      attempt: {
        runId: id,
        number: 1,
        state: 'authorised',
        epoch: fence.epoch,
        instanceId: fence.instanceId,
        process: processOf(900),
        provenance: provenanceOf(),
        adoptedBy: null,
        authorisedAt: at,
        timeoutMs: 3_600_000,
        startedAt: null,
        endedAt: null,
        outcome: null,
        exitCode: null,
        reason: null,
      },
    },
  ]);
  await world.store.runs.markBegan(fence, [{ runId: id, number: 1, startedAt: at }]);
}

async function settle({ world }: Cli, fence: Fence, outcome: Outcome): Promise<void> {
  const endedAt = world.now();
  const end = { outcome, reason: null, endedAt };
  const exitCode = outcome === 'succeeded' ? 0 : 3;
  await world.store.runs.settle(fence, [
    {
      runId,
      attempt: { ...end, number: 1, state: 'ended', exitCode, startedAt: endedAt },
      run: {
        ...end,
        state: 'ended',
        message: null,
        notBefore: null,
        outputBytes: 9,
        outputTruncated: false,
      },
    },
  ]);
}

const ends = [
  { outcome: 'succeeded', exitCode: 0 },
  { outcome: 'failed', exitCode: 1 },
  { outcome: 'unknown', exitCode: 1 },
] as const;
for (const { outcome, exitCode } of ends) {
  test(`run --wait follows the output and ends with ${exitCode} when the run ${outcome}`, async () => {
    const cli = await withBusyOwner(outcome);
    const ran = await cli.run(['run', 'report', '--wait'], {
      stdoutIsTty: true,
      env: { NO_COLOR: '1' },
    });
    assert.equal(ran.exitCode, exitCode, ran.err);
    assert.match(ran.out, /^(?:Running|Queued) report/);
    assert.match(ran.out, /\none\\x1b\[2J\ntwo\n/);
    assert.match(ran.out, new RegExp(outcome));
  });

  test(`run --wait --json writes one document at the end when the run ${outcome}`, async () => {
    const cli = await withBusyOwner(outcome);
    const ran = await cli.run(['run', 'report', '--wait', '--json']);
    assert.equal(ran.exitCode, exitCode);
    assert.equal(JSON.parse(ran.out).run.outcome, outcome);
  });
}

test('logs -f goes on until the run ends, with --json one document per line', async () => {
  const cli = await withBusyOwner('succeeded');
  await cli.run(['run', 'report']);
  const ran = await cli.run(['logs', 'report', '-f', '--json']);
  const documents = ran.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const text = documents.map(({ base64 }) => Buffer.from(base64, 'base64').toString()).join('');
  assert.equal(text, 'one\u001b[2J\ntwo\n');
  assert.equal(documents.at(-1).run.state, 'ended');
});

test('stored bytes are escaped on a terminal, and as they are with --raw or into a pipe', async () => {
  const cli = await withBusyOwner('succeeded');
  await cli.run(['run', 'report', '--wait']);
  cli.world.output.set(runId, Uint8Array.from([0x61, 0xff, 0x1b, 0x0a]));
  const terminal = { stdoutIsTty: true };
  assert.equal((await cli.run(['logs', 'report'], terminal)).out, 'a\\xff\\x1b\n');
  assert.equal((await cli.run(['logs', 'report', '--raw'], terminal)).out, 'a\u00ff\u001b\n');
  assert.equal((await cli.run(['logs', runId])).out, 'a\u00ff\u001b\n');
});

test('the output of a job is that of one run, although another begins while it is read', async () => {
  const cli = await openCliWorld();
  const fence = await withHolder(cli.world);
  await cli.run(['add', 'every 5m', '--name', 'report', '--', '/usr/bin/report']);
  await cli.run(['run', 'report']);
  await take(cli, fence);
  cli.world.output.set(runId, Buffer.alloc(300_000, 'a'));
  await settle(cli, fence, 'succeeded');
  const parts: (string | Uint8Array)[] = [];
  const write = async (part: string | Uint8Array): Promise<void> => {
    parts.push(part);
    if (parts.length > 1) return;
    const later = '01M817QNM0RVN00000000000AB';
    cli.world.output.set(later, Buffer.alloc(300_000, 'b'));
    await cli.run(['run', 'report']);
    await take(cli, fence, later);
  };
  await cli.run(['logs', 'report'], { stdout: { write } });
  assert.match(Buffer.concat(parts.map((part) => Buffer.from(part))).toString(), /^a{300000}$/);
});

test('runs and show tell how it ended', async () => {
  const cli = await withBusyOwner('failed');
  await cli.run(['run', 'report', '--wait']);
  const runs = await cli.run(['runs']);
  assert.match(runs.out, /^TIME +JOB +RESULT/);
  assert.match(runs.out, /report +✗ failed .*request +exit 3 +01M817QNM0RVN00000000000AA/);
  const shown = await cli.run(['show', runId]);
  assert.match(shown.out, /^✗ failed {2}report/);
  assert.match(shown.out, /attempt 1 +failed, by instance-812/);
  assert.match((await cli.run(['list'])).out, /✗ failed/);
});

for (const [what, options] of [
  ['run --wait', ['--wait']],
  ['run --wait --json', ['--wait', '--json']],
] as const)
  test(`${what} ends when it is told to, with 5, and the run goes on`, async () => {
    const cli = await withBusyOwner('succeeded');
    const stop = new AbortController();
    const held = cli.world.meanwhile;
    let looks = 0;
    cli.world.meanwhile = async () => {
      looks += 1;
      if (looks < 3) await held();
      if (looks === 3) stop.abort();
    };
    const before = cli.world.now();
    const ran = await cli.run(['run', 'report', ...options], { signal: stop.signal });
    assert.equal(ran.exitCode, 5);
    assert.ok(cli.world.now() - before < 5_000, 'it waited on');
    assert.match(ran.out, /running/);
    if (!what.includes('json'))
      assert.match(ran.out, new RegExp(`\n  It goes on\\. .*cronkeeper logs ${runId} -f\n$`));
  });

test('run --wait ends when it is told to although nobody took the request, and says how to see it', async () => {
  const cli = await openCliWorld();
  await cli.run(['add', 'every 5m', '--name', 'report', '--', '/usr/bin/report']);
  const stop = new AbortController();
  cli.world.meanwhile = async () => stop.abort();
  const before = cli.world.now();
  const ran = await cli.run(['run', 'report', '--queue', '--wait'], { signal: stop.signal });
  assert.equal(ran.exitCode, 5);
  assert.ok(cli.world.now() - before < 5_000, 'it waited on');
  assert.match(ran.out, /The request is waiting: .*cronkeeper owner requests\n$/s);
});

test('a wait that is too short ends with 5', async () => {
  const cli = await withBusyOwner('succeeded');
  const held = cli.world.meanwhile;
  let looks = 0;
  cli.world.meanwhile = async () => {
    looks += 1;
    assert.ok(looks < 10_000, 'somebody waits for ever');
    if (looks < 3) await held();
  };
  assert.equal((await cli.run(['run', 'report', '--wait=5s'])).exitCode, 5);
});
