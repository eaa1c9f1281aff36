import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  add,
  holderPid,
  isAlive,
  runNow,
  shell,
  startRunner,
  walk,
  whenOver,
  whenRunning,
} from '../journeys/asking.ts';
import { launcher, type Person, until } from '../journeys/program.ts';
import { doubled, moreTestimony, testify, testimony } from '../journeys/story.ts';
import { needsRoot, shortTtl, unaccounted } from './scene.ts';

/** F06, F11, F12, F13: what this process believes about other processes. */

const unified = '/sys/fs/cgroup/unified';
const noCgroup = existsSync(`${unified}/cgroup.procs`) ? false : `needs cgroup2 at ${unified}`;
const skip = needsRoot() ?? false;

/** Runs steps with a control group of their own, which is thawed and removed afterwards. */
async function inGroup(steps: (group: string) => Promise<void>): Promise<void> {
  const group = `${unified}/ck-faults-${process.pid}`;
  mkdirSync(group);
  try {
    await steps(group);
  } finally {
    writeFileSync(`${group}/cgroup.freeze`, '0');
    writeFileSync(`${group}/cgroup.kill`, '1');
    await until('the group is empty', () => {
      try {
        rmdirSync(group);
        return true;
      } catch {
        return undefined;
      }
    });
  }
}

async function freezeOwner(person: Person, group: string): Promise<void> {
  await shortTtl(person);
  const beat = await addBeat(person);
  const long = await shell(person, 'long', 'sleep 2; echo "long $CRONKEEPER_RUN_ID" >> ends');
  const line = `echo 0 > ${group}/cgroup.procs; exec "$0" runner`;
  const owner = spawn('/bin/sh', ['-c', line, launcher], { env: person.env, stdio: 'ignore' });
  const pid = owner.pid ?? 0;
  await until('it owns', async () => ((await holderPid(person)) === pid ? true : undefined));
  const runId = await runNow(person, long);
  await whenRunning(person, runId);
  writeFileSync(`${group}/cgroup.freeze`, '1');
  await startRunner(person);
  assert.ok(!isAlive(pid), 'the frozen owner was not ended');
  await moreTestimony(person, 2);
  await until('it is adopted', async () => {
    const shown = (await person.ask(['show', runId])).answer.at('run', 'attempts', 0);
    return shown.at('adoptedBy').value === null ? undefined : true;
  });
  assert.equal(person.read('ends'), '', 'it was not frozen');
  writeFileSync(`${group}/cgroup.freeze`, '0');
  assert.equal((await whenOver(person, runId)).text('outcome'), 'succeeded');
  assert.equal(person.read('ends'), `long ${runId}\n`);
  assert.deepEqual(doubled(person), []);
  assert.deepEqual((await unaccounted(person, beat)).wrong, []);
}

/** A job of every second that leaves a line each time. */
const addBeat = (person: Person): Promise<string> => {
  const words = ['--name', 'beat', '--overlap', 'allow', '--shell', testify(person)];
  return add(person, 'every 1s', ...words);
};

test(
  'a frozen owner and its frozen runs: the standby takes over after a TTL, adopts, and nothing runs twice',
  { skip: skip || noCgroup },
  () => inGroup((group) => walk((person) => freezeOwner(person, group))),
);

/** Runs a script in a pid namespace of its own, where the next pid can be chosen; answers its output. */
async function inNamespace(person: Person, script: string): Promise<string> {
  const words = ['-pf', '--kill-child', '--mount-proc', '/bin/bash', '-c', script, launcher];
  const child = spawn('unshare', words, { env: person.env, cwd: person.home });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => parts.push(part));
  const late = setTimeout(() => child.kill('SIGKILL'), 40_000);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(late);
  return Buffer.concat(parts).toString();
}

/** `taken NAME PID` starts a stranger that gets this pid, as soon as no process and no session has it any more. */
const reuse = `
taken() {
  for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    echo $(( $2 - 1 )) > /proc/sys/kernel/ns_last_pid
    sleep 60 &
    eval "$1=$!"
    if [ "$!" = "$2" ]; then echo "$1 has pid $2"; return; fi
    kill $!; sleep 0.2
  done
  echo "$1 missed pid $2"
}
owned() { until "$0" status --json | grep -q "\\"willRun\\": *true"; do sleep 0.1; done; }
`;

describe('a pid that was given out again', { skip }, () => {
  test('a stranger with the pid of the dead owner and one with that of a dead run are neither trusted nor ended', () =>
    walk(async (person) => {
      const said = await inNamespace(
        person,
        `${reuse}
        "$0" add 'every 30 days' --name job --shell 'echo $PPID > wrapper; echo $$ > command; sleep 60' >/dev/null 2>&1
        "$0" add 'every 30 days' --name next --shell 'echo went on' >/dev/null 2>&1
        "$0" runner & owner=$!
        owned; "$0" run job >/dev/null
        until [ -s command ]; do sleep 0.1; done
        kill -9 $owner $(cat wrapper) $(cat command); wait $owner 2>/dev/null
        taken first $owner; taken second $(cat wrapper)
        "$0" runner & successor=$!
        owned; "$0" run next --wait
        until "$0" runs job --json | grep -q '"outcome": *"unknown"'; do sleep 0.1; done
        kill -0 $first && kill -0 $second && echo both live
        kill $successor; wait $successor; echo ended with $?`,
      );
      assert.match(said, /first has pid \d+/, said);
      assert.match(said, /second has pid \d+/, said);
      assert.match(said, /^went on$/m, said);
      assert.match(said, /^both live$/m, said);
      assert.match(said, /^ended with 0$/m, said);
    }));
});

/** Makes a lease that a process of an earlier boot left behind, with its socket and a pid file that names a living stranger. */
async function leaveRemains(person: Person): Promise<void> {
  const store = await person.openStore();
  const lease = await store.leases.read('default');
  const { holder } = lease;
  assert.ok(holder !== null);
  const process_ = { ...holder.process, pid: process.pid, bootId: 'an-earlier-boot' };
  const socket = person.file('run/01ARZ3NDEKTSV4RRFFQ69G5FAV.sock');
  const claimed = await store.leases.claim({
    profile: 'default',
    holder: { ...holder, instanceId: 'of-an-earlier-boot', process: process_, socket },
    ttlMs: 300_000,
    seen: { epoch: lease.epoch, renewals: lease.renewals },
    appointmentVersion: lease.appointmentVersion,
    grounds: 'ended',
    entry: {
      profile: 'default',
      at: Date.now(),
      actor: 'test',
      kind: 'owner.claim',
      subject: 'of-an-earlier-boot',
      detail: {},
    },
  });
  assert.equal(claimed.kind, 'claimed');
  await store.close();
  writeFileSync(socket, '');
  for (const name of ['run/runner.pid', 'runner.lock'])
    writeFileSync(person.file(name), `${process.pid}\n`);
}

test('what an earlier boot left behind is replaced at once and told in the history', { skip }, () =>
  walk(async (person) => {
    const before = await startRunner(person);
    before.signal('SIGKILL');
    await before.ended;
    await leaveRemains(person);
    const since = Date.now();
    const runner = await startRunner(person);
    assert.ok(Date.now() - since < 10_000, 'it waited for a process of another boot');
    assert.ok(isAlive(process.pid));
    const status = (await person.ask(['status'])).answer;
    assert.equal(status.at('readiness', 'willRun').value, true);
    assert.equal(status.number('holder', 'pid'), runner.pid);
    const history = (await person.type(['owner', 'history'])).out;
    assert.match(history, /of-an-earlier-boot|earlier/, history);
  }),
);

test(
  'of two containers over one home the second waits for TTL and margin, and then goes on where the first was',
  { skip },
  () =>
    walk(async (person) => {
      await shortTtl(person);
      const beat = await addBeat(person);
      const contain = () => {
        const words = ['-pf', '--kill-child', '--mount-proc', launcher, 'runner'];
        return spawn('unshare', words, { env: person.env, stdio: 'ignore' });
      };
      const first = contain();
      await moreTestimony(person, 2);
      const inside = (await holderPid(person)) ?? 0;
      assert.ok(inside > 0 && inside < 10, 'it is not in a namespace of its own');
      const second = contain();
      await moreTestimony(person, 3);
      const epochs = () => new Set(testimony(person).map(([, , epoch]) => epoch));
      assert.equal(epochs().size, 1, 'the second did not wait');
      first.kill('SIGKILL');
      const died = Date.now();
      await until('the second runs it', () => (epochs().size === 2 ? true : undefined), 20_000);
      assert.ok(Date.now() - died > 2_000, 'it judged a pid of another namespace');
      // The same number names another process.
      assert.equal(await holderPid(person), inside);
      await moreTestimony(person, 2);
      assert.deepEqual(doubled(person), []);
      assert.deepEqual((await unaccounted(person, beat)).wrong, []);
      second.kill('SIGKILL');
    }),
);
