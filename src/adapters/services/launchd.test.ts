import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { sampleAppointment, sampleRecord } from '../../../test/samples.ts';
import { launchdFiles } from '../../core/launchd-plist.ts';
import { mainOf } from '../../core/managed-service.ts';
import { planService } from '../../core/service-plan.ts';
import { findTimer } from '../../core/timer-readiness.ts';
import type { ManagedService } from '../../ports/services.ts';
import { findAccount } from './accounts.ts';
import type { Commanded, Commands } from './commands.ts';
import { makeLaunchd } from './launchd.ts';
import { readDisabled, readPrinted } from './launchd-reading.ts';

/** As `launchctl print gui/501/LABEL` answers, from its documentation and reports of users. Never run on a Mac. */
const printed = (state: string, pid: number | null, more = ''): string =>
  [
    'gui/501/dev.cronkeeper.runner.la = {',
    '\tactive count = 1',
    '\tpath = /Users/ana/Library/LaunchAgents/dev.cronkeeper.runner.la.plist',
    '\ttype = LaunchAgent',
    `\tstate = ${state}`,
    '',
    '\tprogram = /usr/local/bin/node',
    '\tinherited environment = {',
    '\t\tSSH_AUTH_SOCK => /private/tmp/com.apple.launchd.x/Listeners',
    '\t}',
    '\tminimum runtime = 5',
    ...(pid === null ? [] : [`\tpid = ${pid}`]),
    '\timmediate reason = speculative',
    '\tlast exit code = (never exited)',
    more,
    '}',
    '',
  ].join('\n');
const absent: Commanded = {
  code: 113,
  output: '',
  said: 'Could not find service "dev.cronkeeper.runner.la" in domain for user gui: 501',
};
const fine = (output = ''): Commanded => ({ code: 0, output, said: '' });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ck-launchd-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** launchd in the hands of a test: whether the label is loaded, and everything that was asked of it. */
class FakeLaunchd implements Commands {
  readonly asked: string[] = [];
  loaded: string | null = null;
  hasScreen = true;
  disabled = '';
  /** Looks at the label until it is gone after a bootout. */
  lingersFor = 0;
  reaches = true;

  run(command: string, args: readonly string[]): Promise<Commanded> {
    const line = [command, ...args].join(' ').replaceAll(folder, 'FOLDER');
    return Promise.resolve(this.answer(line));
  }

  lines(command: string, args: readonly string[]): AsyncIterable<string> {
    this.asked.push([command, ...args].join(' '));
    return (async function* () {})();
  }

  answer(line: string): Commanded {
    if (!this.reaches) return { code: null, output: '', said: 'no answer within 1900 ms' };
    if (line === 'launchctl managername') return fine('Aqua\n');
    if (/^launchctl print gui\/\d+$/.test(line))
      return this.hasScreen ? fine() : { ...absent, code: 125 };
    if (line.startsWith('launchctl print-disabled')) return fine(this.disabled);
    if (line.startsWith('launchctl print ')) {
      if (this.lingersFor > 0 && --this.lingersFor === 0) this.loaded = null;
      return this.loaded === null ? absent : fine(this.loaded);
    }
    this.asked.push(line);
    if (line.startsWith('launchctl bootstrap')) {
      if (this.loaded !== null)
        return { code: 5, output: '', said: 'Bootstrap failed: 5: Input/output error' };
      this.loaded = printed('running', 812);
    }
    if (line.startsWith('launchctl bootout')) {
      if (this.lingersFor === 0) this.loaded = null;
      else return { code: 36, output: '', said: 'Boot-out failed: 36: Operation now in progress' };
    }
    return fine();
  }
}

let boot = 0;
const clock = {
  now: () => ({ wall: boot, boot }),
  sleep: async (ms: number) => {
    boot += ms;
  },
};

function open(
  changes: {
    readonly manager?: 'launchd-agent' | 'launchd-daemon';
    readonly uid?: number;
    readonly platform?: string;
    readonly isTimer?: boolean;
  } = {},
) {
  const { manager = 'launchd-agent', uid = 501, platform = 'darwin', isTimer = false } = changes;
  const commands = new FakeLaunchd();
  const plan = planService({
    manager,
    role: 'runner',
    profile: 'la',
    isTimer,
    user: 'ana',
    userFolder: '/Users/ana',
    home: '/Users/ana/.cronkeeper',
    node: '/usr/local/bin/node',
    bundle: '/opt/cronkeeper/dist/cronkeeper.js',
    path: '/bin',
  });
  const text = launchdFiles(plan)[0]?.text ?? '';
  const service: ManagedService = {
    unit: plan.unit,
    main: mainOf(plan.unit, isTimer),
    files: [{ path: join(folder, `${plan.unit}.plist`), text }],
  };
  const launchd = makeLaunchd({ manager, uid, folder, clock, commands, platform });
  return { launchd, service, commands };
}

const trigger = '\tevent triggers = {\n\t\tdev.cronkeeper.tick.la.268435467 => {\n\t\t}\n\t}';
const ticking = [
  {
    name: 'a timer that waits',
    isTimer: true,
    loaded: printed('not running', null, trigger),
    at: 125_000,
    next: 180_000,
  },
  {
    name: 'a timer whose tick goes on',
    isTimer: true,
    loaded: printed('running', 812, trigger),
    at: 119_999,
    next: 120_000,
  },
  { name: 'a timer that was booted out', isTimer: true, loaded: null, at: 125_000, next: null },
  {
    name: 'a service that is kept',
    isTimer: false,
    loaded: printed('running', 812),
    at: 125_000,
    next: null,
  },
];

const done = { kind: 'done' };
const runner = 'dev.cronkeeper.runner.la';

describe('launchd', () => {
  test('takes a service, tells how it stands, and gives it back', async () => {
    const { launchd, service, commands } = open();
    assert.equal(await launchd.hindrance(), null);
    assert.deepEqual(await launchd.find(service), { kind: 'absent' });
    assert.deepEqual(await launchd.state(service), { kind: 'unknown' });
    assert.deepEqual(await launchd.write(service), done);
    const path = join(folder, `${runner}.plist`);
    const written = await launchd.state(service);
    assert.deepEqual(written, {
      kind: 'known',
      isActive: false,
      isEnabled: true,
      words: 'not loaded',
      mainPid: null,
      nextTickAt: null,
      file: path,
    });
    assert.deepEqual(await launchd.enable(service), done);
    assert.deepEqual(await launchd.start(service), done);
    assert.deepEqual(await launchd.start(service), done);
    const running = await launchd.state(service);
    assert.deepEqual(
      running.kind === 'known' && [running.isActive, running.words, running.mainPid],
      [true, 'running', 812],
    );
    const found = await launchd.find(service);
    assert.equal(found.kind, 'ours');
    assert.equal(found.kind === 'ours' && found.marks.home, '/Users/ana/.cronkeeper');
    assert.deepEqual(await launchd.stop(service), done);
    assert.deepEqual(await launchd.stop(service), done);
    assert.deepEqual(await launchd.disable(service), done);
    assert.deepEqual(await launchd.remove(service, []), done);
    assert.deepEqual(await launchd.state(service), { kind: 'unknown' });
    // What was enabled already is not written down as enabled; so nothing of it stays behind.
    assert.deepEqual(commands.asked, [
      `launchctl bootstrap gui/501 FOLDER/${runner}.plist`,
      `launchctl bootout gui/501/${runner}`,
    ]);
  });

  test('is bootstrapped anew only when the former process is gone', async () => {
    const { launchd, service, commands } = open();
    await launchd.write(service);
    await launchd.start(service);
    commands.lingersFor = 5;
    assert.deepEqual(await launchd.restart(service), done);
    assert.equal(commands.loaded, printed('running', 812));
    assert.deepEqual(commands.asked.slice(1), [
      `launchctl bootout gui/501/${runner}`,
      `launchctl bootstrap gui/501 FOLDER/${runner}.plist`,
    ]);
  });

  test('that never lets go is a failure that says so', async () => {
    const { launchd, service, commands } = open();
    await launchd.write(service);
    await launchd.start(service);
    commands.lingersFor = Number.POSITIVE_INFINITY;
    const acted = await launchd.stop(service);
    assert.match(acted.kind === 'failed' ? acted.why : '', /36: Operation now in progress/);
  });

  test('starts a loaded service without a process by kickstart', async () => {
    const { launchd, service, commands } = open();
    await launchd.write(service);
    commands.loaded = printed('not running', null);
    assert.deepEqual(await launchd.start(service), done);
    assert.deepEqual(commands.asked, [`launchctl kickstart gui/501/${runner}`]);
  });

  test('restarts a label whose program is gone by the property list that lies there now', async () => {
    const { launchd, service, commands } = open();
    await launchd.write(service);
    commands.loaded = printed('not running', null);
    assert.deepEqual(await launchd.restart(service), done);
    assert.deepEqual(commands.asked, [
      `launchctl bootout gui/501/${runner}`,
      `launchctl bootstrap gui/501 FOLDER/${runner}.plist`,
    ]);
  });

  test('enables a label only when somebody disabled it', async () => {
    const { launchd, service, commands } = open();
    await launchd.write(service);
    commands.disabled = `\tdisabled services = {\n\t\t"${runner}" => disabled\n\t}\n`;
    const state = await launchd.state(service);
    assert.equal(state.kind === 'known' && state.isEnabled, false);
    assert.deepEqual(await launchd.enable(service), done);
    assert.deepEqual(commands.asked, [`launchctl enable gui/501/${runner}`]);
  });

  test('of a user who came by ssh is asked in the domain without a screen', async () => {
    const { launchd, service, commands } = open();
    commands.hasScreen = false;
    await launchd.write(service);
    await launchd.start(service);
    assert.deepEqual(commands.asked, [`launchctl bootstrap user/501 FOLDER/${runner}.plist`]);
  });

  test('of the machine is root’s alone, and asked in its own domain', async () => {
    const { launchd } = open({ manager: 'launchd-daemon' });
    assert.equal((await launchd.hindrance())?.kind, 'rights');
    const root = open({ manager: 'launchd-daemon', uid: 0 });
    assert.equal(await root.launchd.hindrance(), null);
    await root.launchd.write(root.service);
    await root.launchd.start(root.service);
    assert.deepEqual(root.commands.asked, [`launchctl bootstrap system FOLDER/${runner}.plist`]);
  });

  test('is absent elsewhere, and silent when it does not answer', async () => {
    assert.equal((await open({ platform: 'linux' }).launchd.hindrance())?.kind, 'absent');
    const { launchd, service, commands } = open();
    commands.reaches = false;
    assert.equal((await launchd.hindrance())?.kind, 'silent');
    assert.deepEqual(await launchd.state(service), {
      kind: 'silent',
      why: 'no answer within 1900 ms',
    });
  });

  test('leaves what is not ours alone', async () => {
    const { launchd, service } = open();
    const path = join(folder, `${runner}.plist`);
    writeFileSync(path, '<plist version="1.0"><dict/></plist>');
    assert.match(JSON.stringify(await launchd.find(service)), /was not written by cronkeeper/);
    rmSync(path);
    symlinkSync('/etc/passwd', path);
    assert.match(JSON.stringify(await launchd.find(service)), /is a link/);
    assert.match(readFileSync('/etc/passwd', 'utf8'), /root/);
  });

  test('lets root read logs only as the user whose they are', async () => {
    const root = open({ manager: 'launchd-daemon', uid: 0 });
    await root.launchd.write(root.service);
    const options = { lines: 5, follows: true, signal: new AbortController().signal };
    root.launchd.logs(root.service, options);
    const path = `/Users/ana/.cronkeeper/logs/${runner}.log`;
    assert.deepEqual(root.commands.asked, [`sudo -n -u ana tail -n 5 -F ${path}`]);
    const own = open();
    await own.launchd.write(own.service);
    own.launchd.logs(own.service, { ...options, follows: false });
    assert.deepEqual(own.commands.asked, [`tail -n 5 ${path}`]);
  });

  test('that waits for the next minute is a timer that is armed', async () => {
    const { launchd, service, commands } = open({ isTimer: true });
    await launchd.write(service);
    commands.loaded = printed('not running', null, trigger);
    const state = await launchd.state(service);
    assert.deepEqual(state.kind === 'known' && [state.isActive, state.words], [true, 'waiting']);
  });

  for (const { name, isTimer, loaded, at, next } of ticking)
    test(`${name} ticks next at ${next}`, async () => {
      const { launchd, service, commands } = open({ isTimer });
      await launchd.write(service);
      commands.loaded = loaded;
      boot = at;
      const state = await launchd.state(service);
      assert.equal(state.kind === 'known' && state.nextTickAt, next);
    });

  test('a timer of launchd runs the jobs between its ticks, also before any was seen', async () => {
    const { launchd, service, commands } = open({ isTimer: true });
    await launchd.write(service);
    commands.loaded = printed('not running', null, trigger);
    boot = 125_000;
    const state = await launchd.state(service);
    const timer = sampleRecord({ manager: 'launchd-agent', unit: service.unit, isTimer: true });
    const running = findTimer({
      now: boot,
      appointment: sampleAppointment({ rule: { kind: 'auto' } }),
      overdueMs: 0,
      ticks: [],
      installed: [{ record: timer, state }],
    });
    assert.match(running?.message ?? '', /dev\.cronkeeper\.tick\.la is armed and ticks in 55 s/);
  });
});

test('what launchd prints is read for what is there, and nothing is made up', () => {
  assert.deepEqual(readPrinted(printed('running', 812)), {
    kind: 'loaded',
    pid: 812,
    state: 'running',
  });
  assert.deepEqual(readPrinted(''), { kind: 'loaded', pid: null, state: 'loaded' });
  assert.deepEqual(readPrinted('\tstate = \u001b[2J\n\tpid = 12x\n'), {
    kind: 'loaded',
    pid: null,
    state: 'loaded',
  });
  assert.deepEqual(
    [
      ...readDisabled(
        '\t\t"a.b" => true\n\t\t"c.d" => false\n\t\t"e" => enabled\n\t\t"f" => disabled\n',
      ),
    ],
    ['a.b', 'f'],
  );
});

test('accounts of a Mac are asked of id, which answers in a longer form', async () => {
  const asked: string[] = [];
  const commands: Commands = {
    run: async (command, args) => {
      asked.push([command, ...args].join(' '));
      return fine('ana:********:501:20::0:0:Ana María:/Users/ana:/bin/zsh\n');
    },
    lines: () => (async function* () {})(),
  };
  assert.deepEqual(await findAccount(commands, 'ana', 'darwin'), {
    name: 'ana',
    uid: 501,
    gid: 20,
    folder: '/Users/ana',
    shell: '/bin/zsh',
  });
  assert.deepEqual(asked, ['id -P ana']);
});
