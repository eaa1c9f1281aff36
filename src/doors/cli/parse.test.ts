import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../core/refusal.ts';
import { operations } from '../../operations/list.ts';
import { commands } from './commands/all.ts';
import { type Parsed, parse } from './parse.ts';
import { displayWidth } from './present/width.ts';

const world = { env: {}, program: '/opt/cronkeeper' };

function call(...argv: readonly string[]): Extract<Parsed, { readonly kind: 'call' }> {
  const parsed = parse(argv, world);
  if (parsed.kind !== 'call') throw new Error(`This is ${parsed.kind}: ${argv.join(' ')}`);
  return parsed;
}

/** A line as it reads in a shell, without quotes that need reading. */
const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '');

const refusalOf = (argv: readonly string[]): Refusal => {
  try {
    parse(argv, world);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`This was understood: ${argv.join(' ')}`);
};

const spellings = [
  ['cron list', 'list'],
  ['cron status', 'status'],
  ['cron tick --accept-hooks', 'tick'],
  ['ls', 'list'],
  ['get -A', 'list --all-profiles'],
  ['describe x', 'show x'],
  ['rm x', 'remove x'],
  ['cron delete x', 'remove x'],
  ['history x', 'runs x'],
  ['daemon -p la', 'runner --profile la'],
  ['create @daily -- ./x', 'add @daily -- ./x'],
  ['new @daily -- ./x', 'add @daily -- ./x'],
  ['add @daily --repeat 3 -- ./x', 'add @daily --max-runs 3 -- ./x'],
  ['add @daily --workdir /tmp -- ./x', 'add @daily --cwd /tmp -- ./x'],
  ['edit x --schedule @daily', 'edit x --when @daily'],
  ['-p la status --json', 'status --json --profile=la'],
  ['--home /h --json status', '--json status --home /h'],
  ['owner', 'owner show'],
  ['owner -p la', '-p la owner show'],
  ['gateway', 'gateway run'],
  ['gateway --replace', 'gateway run --replace'],
  ['--profile la gateway run --replace', 'gateway run --replace -p la'],
  ['gateway -p la run', 'gateway run -p la'],
  ['config', 'config list'],
  ['profile', 'profile list'],
  ['run --queue x', 'run x --queue'],
  ['run --queue=2h x', 'run x --queue=2h'],
  ['runs -n 5', 'runs --limit 5'],
] as const;
for (const [other, ours] of spellings) {
  test(`"${other}" means "${ours}"`, () => {
    const { own: typed, ...one } = call(...words(other));
    const { own, ...two } = call(...words(ours));
    assert.deepEqual(one, two);
    assert.deepEqual({ ...typed, acceptHooks: undefined }, { ...own, acceptHooks: undefined });
  });
}

test('words after -- are the command, verbatim', () => {
  const argv = [
    'add',
    '@daily',
    '-p',
    'la',
    '--',
    'echo',
    '--json',
    '--',
    '-p',
    'x',
    '',
    '--queue=1h',
  ];
  const { rest, globals } = call(...argv);
  assert.deepEqual(rest, ['echo', '--json', '--', '-p', 'x', '', '--queue=1h']);
  assert.deepEqual(globals, { profile: 'la', home: null, json: false, verbose: false });
});

test('words after -- are arguments for a verb that takes no command', () => {
  assert.deepEqual(call('show', '--', '--help').input, { job: '--help' });
});

const names = [
  '../x',
  '💌',
  'a\u202eb',
  'x'.repeat(300),
  '--help',
  '-p',
  '',
  '--',
  '$(reboot)',
  '--queue',
];
for (const name of names) {
  test(`the name ${JSON.stringify(name.slice(0, 12))} is taken as it is`, () => {
    assert.deepEqual(call('add', '@daily', `--name=${name}`).input, { when: '@daily', name });
  });
}

test('options win over the environment, and an empty variable says nothing', () => {
  const env = { CRONKEEPER_PROFILE: 'env', CRONKEEPER_HOME: '' };
  const globalsOf = (...argv: readonly string[]) => {
    const parsed = parse(argv, { ...world, env });
    return parsed.kind === 'call' ? parsed.globals : null;
  };
  assert.equal(globalsOf('status')?.profile, 'env');
  assert.equal(globalsOf('status', '-p', 'la')?.profile, 'la');
  assert.equal(globalsOf('status')?.home, null);
});

test('lists repeat, numbers become numbers, text stays text', () => {
  const { input } = call(
    'add',
    '@daily',
    '--env',
    'A=1',
    '--env',
    'B=2',
    '--retries',
    '2',
    '--max-runs',
    'none',
  );
  assert.deepEqual(input, { when: '@daily', env: ['A=1', 'B=2'], retries: 2, maxRuns: 'none' });
});

test('--agent and --no-agent are told apart', () => {
  assert.deepEqual(call('add', '@daily', '--agent', 'codex').input, {
    when: '@daily',
    agent: 'codex',
  });
  const { input, own } = call('add', '@daily', '--no-agent', '--script', 'x.sh');
  assert.deepEqual([input, own], [{ when: '@daily' }, { script: 'x.sh', noAgent: true }]);
});

const mistakes = [
  { argv: ['lst'], text: /no command "lst".*"list"/, remedy: 'cronkeeper list --help' },
  { argv: ['owner', 'shw'], text: /"owner show"/, remedy: 'cronkeeper owner show --help' },
  { argv: ['list', '--statee', 'x'], text: /--statee.*--state/, remedy: 'cronkeeper list --help' },
  { argv: ['show'], text: /JOB/, remedy: 'cronkeeper show --help' },
  { argv: ['status', 'x'], text: /too many/, remedy: 'cronkeeper status --help' },
  {
    argv: ['status', '-p', ''],
    text: /need a value/,
    remedy: 'Leave the option out, or name one.',
  },
] as const;
for (const { argv, text, remedy } of mistakes) {
  test(`"${argv.join(' ')}" is a usage error that says what to type`, () => {
    const refusal = refusalOf(argv);
    assert.equal(refusal.kind, 'usage');
    assert.match(refusal.message, text);
    assert.equal(refusal.remedy?.text, remedy);
  });
}

const missing = [
  ['desktop', /cronkeeper dashboard --desktop/],
  ['hermes adopt', /hermes -p NAME cron run ID/],
  ['import hermes', /cronkeeper add/],
] as const;
for (const [line, remedy] of missing) {
  test(`"${line}" is refused with what to do instead`, () => {
    const refusal = refusalOf(words(line));
    assert.equal(refusal.code, 'not_in_this_build');
    assert.equal(refusal.kind, 'refused');
    assert.match(refusal.remedy?.text ?? '', remedy);
  });
}

test('"gateway install" means "service install gateway"', () => {
  for (const line of ['gateway install', '-p la gateway install --system', 'cron gateway status']) {
    const parsed = parse(words(line), world);
    assert.equal(parsed.kind, 'call');
    assert.equal(parsed.kind === 'call' && parsed.spec.path[0], 'service');
    assert.equal(parsed.kind === 'call' && parsed.own['role'], 'gateway');
  }
});

/** What people at a terminal ask otherwise. */
const verbless: Readonly<Record<string, string>> = {
  'jobs.preview':
    'for forms that are being filled in; "next" and "add" tell the same at a terminal',
  'service.plan': '"service install runner --dry-run" prints the files',
  timeline: 'is drawn; "tonight", "morning" and "runs" tell the same in words',
};

test('every operation has a verb', () => {
  const reached = new Set([
    ...commands.flatMap(({ operation, alternative }) => [operation, alternative]),
    ...Object.keys(verbless),
  ]);
  assert.ok(operations.length > 20);
  assert.deepEqual(
    operations.map(({ name }) => name).filter((name) => !reached.has(name)),
    [],
  );
});

for (const { name, input } of operations) {
  const spec = commands.find(({ operation }) => operation === name);
  if (spec === undefined) continue;
  test(`every field of ${name} can be typed, and nothing else is offered`, () => {
    const typed = [...spec.args, ...spec.flags].filter(({ isDoors }) => isDoors !== true);
    const fields = [...typed.map(({ field }) => field), ...(spec.filled ?? [])];
    assert.deepEqual([...new Set(fields)].sort(), Object.keys(input.shape).sort());
  });

  test(`every flag of ${name} has the kind that its field takes`, () => {
    const schema = input.partial();
    for (const { field, kind, long, isDoors } of spec.flags) {
      if (isDoors) continue;
      const samples = {
        flag: true,
        text: 'text',
        number: 1,
        amount: 0.5,
        list: ['text'],
        numbers: [1],
        optional: true,
      };
      const result = schema.safeParse({ [field]: samples[kind] });
      const issues = result.error?.issues ?? [];
      const isWrongType = issues.some(
        ({ code }) => code === 'invalid_type' || code === 'invalid_union',
      );
      assert.ok(!isWrongType, `--${long}: ${JSON.stringify(issues)}`);
    }
  });
}

const helps = [
  [],
  ['--help'],
  ['owner', '--help'],
  ...commands.map(({ path }) => [...path, '--help']),
];
for (const argv of helps) {
  test(`the help of "${argv.join(' ')}" fits 80 columns`, () => {
    const parsed = parse(argv, world);
    assert.equal(parsed.kind, 'help');
    if (parsed.kind !== 'help') return;
    for (const line of parsed.text.split('\n')) assert.ok(displayWidth(line) <= 80, line);
  });
}

/** The words of the part of an example that is ours, as a shell would hand them over. */
function shellWords(example: string): readonly string[] {
  const ours = /cronkeeper ((?:"[^"]*"|'[^']*'|[^"'|>&)])*)/.exec(example)?.[1] ?? '';
  return [...ours.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

for (const { path, examples } of commands) {
  test(`${path.join(' ')} has two to four examples, and each is understood`, () => {
    assert.ok(examples.length >= 2 && examples.length <= 4);
    for (const example of examples) assert.equal(parse(shellWords(example), world).kind, 'call');
  });
}

test('options that are only accepted do not show in help', () => {
  const parsed = parse(['add', '--help'], world);
  assert.ok(parsed.kind === 'help');
  assert.doesNotMatch(parsed.text, /--repeat|--workdir|--script|--no-agent|--queue-for/);
});
