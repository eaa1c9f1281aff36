import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCliWorld } from '../../../../test/doors/cli-host.ts';
import { Refusal } from '../../../core/refusal.ts';
import { planService } from '../../../core/service-plan.ts';
import type { StatusAnswer } from '../../../operations/answers.ts';
import { statusOf } from '../../../operations/status-answer.ts';
import type { CliHost, Questions, SetupGround } from '../host.ts';
import type { ServiceRequest } from '../service.ts';

const plan = planService({
  manager: 'systemd-system',
  role: 'runner',
  profile: 'default',
  isTimer: false,
  user: 'ana',
  userFolder: '/home/ana',
  home: '/home/ana/.cronkeeper',
  node: '/usr/bin/node',
  bundle: '/opt/cronkeeper/dist/cronkeeper.js',
  path: '/usr/bin',
});

type Told = {
  readonly typed: string[];
  readonly installed: ServiceRequest[];
  readonly host: Partial<CliHost>;
};

/** A machine with a crontab of two lines, on which a service can be installed, or not. */
async function machine(
  status: StatusAnswer,
  given: {
    readonly hindrance?: Refusal;
    readonly runs?: boolean;
    readonly questions?: Questions;
    /** Why the crontab cannot be read. */
    readonly unreadable?: string;
    /** Jobs that an interrupted take-over holds, with no line left in the crontab. */
    readonly waiting?: number;
    /** Whether there are lines beside those. */
    readonly hasLines?: boolean;
  },
): Promise<Told> {
  const typed: string[] = [];
  const installed: ServiceRequest[] = [];
  let willRun = status.readiness.willRun;
  const now = (): StatusAnswer => ({ ...status, readiness: { ...status.readiness, willRun } });
  const { waiting = 0 } = given;
  const all = [
    { line: 1, id: '1', name: 'mail' },
    { line: 3, id: '3', name: 'report' },
  ];
  const taken = waiting > 0 && given.hasLines !== true ? [] : all;
  const warnings = [{ code: 'capability_missing', message: 'cron mailed.', remedy: null }];
  const imported = { counts: {}, items: [], warnings, taken, skipped: [], remedy: null };
  const counts = { create: 2, change: 0, unchanged: 0, remove: 0 };
  const door: SetupGround['door'] = {
    ask: async (words) => {
      typed.push(words.join(' '));
      if (words[0] === 'status') return now();
      if (given.unreadable !== undefined) throw new Refusal('crontab_unusable', given.unreadable);
      return {
        ...imported,
        counts,
        applied: true,
        readiness: now().readiness,
        resumed: waiting || 2,
        waiting,
      };
    },
  };
  const host: Partial<CliHost> = {
    openSetup: async () => ({
      user: 'ana',
      home: '/home/ana/.cronkeeper',
      scope: 'system',
      hindrance: given.hindrance ?? null,
      door,
    }),
    service: async (request) => {
      installed.push(request);
      willRun = given.runs ?? true;
      return {
        kind: 'installed',
        plan,
        status: now(),
        changed: true,
        isAppointed: true,
        lingers: null,
      };
    },
    questions: given.questions === undefined ? null : async () => given.questions ?? never,
  };
  return { typed, installed, host };
}

const answers = (yes: boolean | null, some: readonly number[] | null): Questions => ({
  yes: async () => yes,
  some: async () => some,
});
const never = answers(null, null);

async function open(given: Parameters<typeof machine>[1] = {}) {
  const cli = await openCliWorld();
  const told = await machine(await statusOf(cli.world.context), given);
  return { ...told, run: (...argv: string[]) => cli.run(argv, told.host) };
}

test('off a terminal setup asks nothing and says how to go on', async () => {
  const { run, typed } = await open();
  const { exitCode, err } = await run('setup');
  assert.equal(exitCode, 2);
  assert.match(err, /cronkeeper setup --yes/);
  assert.deepEqual(typed, []);
});

test('--yes installs first, then takes every line that can be taken, and shows the proof', async () => {
  const { run, typed, installed } = await open();
  const { exitCode, out, err } = await run('setup', '--yes');
  assert.equal(exitCode, 0, err);
  assert.equal(installed[0]?.verb, 'install');
  assert.equal(installed[0]?.runAs, 'ana');
  assert.deepEqual(typed, [
    'status',
    'import crontab --take-over --plan',
    'import crontab --take-over --line 1 --line 3',
    'status',
  ]);
  assert.match(out, /2 lines can become jobs/);
  assert.match(out, /Took over 2 lines/);
  assert.match(err, /cron mailed/);
});

test('a crontab is left alone on request, and when nothing would run its lines', async () => {
  const kept = await open();
  assert.equal((await kept.run('setup', '--yes', '--no-crontab')).exitCode, 0);
  assert.deepEqual(kept.typed, ['status']);
  const broken = await open({ runs: false });
  const { exitCode, out } = await broken.run('setup', '--yes');
  assert.equal(exitCode, 4);
  assert.match(out, /crontab was left as it is/);
  assert.ok(!broken.typed.some((words) => words.includes('--line')));
});

test('where cron is not for this user a scheduler is set up all the same, and the answer says why', async () => {
  const given = { unreadable: 'You (ana) are not allowed to use this program.' };
  for (const questions of [undefined, answers(true, null)]) {
    const { run, installed } = await open(
      questions === undefined ? given : { ...given, questions },
    );
    const { exitCode, out, err } = await run(
      'setup',
      ...(questions === undefined ? ['--yes'] : []),
    );
    assert.equal(exitCode, 0, err);
    assert.match(out, /Crontab: cannot be read, and stays as it is. You \(ana\) are not allowed/);
    assert.equal(installed.length, 1);
  }
});

test('a take-over that was interrupted is completed although no line is left to take', async () => {
  for (const questions of [undefined, answers(true, null)]) {
    const { run, typed } = await open({
      waiting: 1,
      ...(questions === undefined ? {} : { questions }),
    });
    const { exitCode, out, err } = await run(
      'setup',
      ...(questions === undefined ? ['--yes'] : []),
    );
    assert.equal(exitCode, 0, err);
    assert.ok(typed.includes('import crontab --take-over --line 1000000000'), typed.join());
    assert.match(out, /A take-over was interrupted; 1 job of it waits\./);
    assert.match(out, /Completed the take-over that was interrupted: 1 job of it began\./);
  }
  const beside = await open({ waiting: 1, hasLines: true, questions: answers(true, []) });
  assert.equal((await beside.run('setup')).exitCode, 0);
  assert.ok(beside.typed.includes('import crontab --take-over --line 1000000000'));
  const no = await open({ waiting: 1, questions: answers(false, null) });
  assert.match((await no.run('setup')).out, /Nothing was changed/);
});

test('a person chooses; who says no, or stops, changes nothing', async () => {
  const some = await open({ questions: answers(true, [3]) });
  assert.equal((await some.run('setup')).exitCode, 0);
  assert.ok(some.typed.includes('import crontab --take-over --line 3'));
  for (const questions of [answers(null, null), answers(false, []), answers(true, null)]) {
    const { run, installed } = await open({ questions });
    const { exitCode, out } = await run('setup');
    assert.equal(exitCode, 0);
    assert.match(out, /Nothing was changed/);
    assert.deepEqual(installed, []);
  }
});

test('where no service can be installed the answer is why, before anything is asked', async () => {
  const hindrance = new Refusal('not_permitted', 'Only root may.', {
    remedy: { kind: 'command', text: 'sudo cronkeeper setup' },
  });
  const { run, typed } = await open({ hindrance, questions: answers(true, [1]) });
  const { exitCode, err } = await run('setup');
  assert.equal(exitCode, 3);
  assert.match(err, /sudo cronkeeper setup/);
  assert.deepEqual(typed, []);
});

test('a document is one document', async () => {
  const { run } = await open();
  const { out } = await run('setup', '--yes', '--json');
  const document = JSON.parse(out);
  assert.equal(document.changed, true);
  assert.equal(document.crontab.resumed, 2);
  assert.equal(document.service.service, 'systemd-system/cronkeeper-default.service');
});

test('adding a job that nothing will run offers to set up, at a terminal and nowhere else', async () => {
  const yes = await open({ questions: answers(true, []) });
  await yes.run('add', 'every 1h', '--', 'true');
  assert.equal(yes.installed.length, 1);
  const no = await open({ questions: answers(false, []) });
  assert.equal((await no.run('add', 'every 1h', '--', 'true')).exitCode, 0);
  assert.deepEqual(no.installed, []);
  const script = await open({ questions: answers(true, []) });
  await script.run('add', 'every 1h', '--json', '--', 'true');
  assert.deepEqual(script.installed, []);
});
