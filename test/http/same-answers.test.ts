import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isRoute, routes } from '../../src/doors/http/routes.ts';
import { operations } from '../../src/operations/list.ts';
import { type CliWorld, openCliWorld } from '../doors/cli-host.ts';
import { withHolder } from '../operations/world.ts';
import { type House, openHouse } from './house.ts';

/** One question as it is typed, and as it is sent. */
type Pair = {
  readonly operation: string;
  readonly typed: readonly string[];
  readonly sent: readonly [method: string, path: string, body?: Readonly<Record<string, unknown>>];
  /** What is wrong with it, when it is refused at both doors. */
  readonly refused?: string;
};

const folder = mkdtempSync(join(tmpdir(), 'same-'));
const copy = join(folder, 'copy.db');
const file = 'version: 1\njobs: []\n';
const crontab = '0 9 * * * echo hello\n';
/** The two worlds are asked the same in the same order, so ids and times are the same in both. */
const pairs: readonly Pair[] = [
  {
    operation: 'jobs.add',
    typed: ['add', 'every weekday at 9am', '--name', 'report', '--cwd', '/tmp', '--', 'echo', 'hi'],
    sent: [
      'POST',
      '/jobs',
      { when: 'every weekday at 9am', name: 'report', cwd: '/tmp', command: ['echo', 'hi'] },
    ],
  },
  {
    operation: 'jobs.add',
    typed: ['add', 'never ever', '--', 'true'],
    sent: ['POST', '/jobs', { when: 'never ever', command: ['true'] }],
    refused: 'schedule_invalid',
  },
  { operation: 'jobs.list', typed: ['list', '--limit', '5'], sent: ['GET', '/jobs?limit=5'] },
  { operation: 'jobs.list', typed: ['list', '-A'], sent: ['GET', '/jobs?allProfiles=true'] },
  { operation: 'jobs.show', typed: ['show', 'report'], sent: ['GET', '/jobs/report'] },
  {
    operation: 'jobs.show',
    typed: ['show', 'nobody'],
    sent: ['GET', '/jobs/nobody'],
    refused: 'not_found',
  },
  {
    operation: 'jobs.edit',
    typed: ['edit', 'report', '--grace', '1h', '--deliver', 'none'],
    sent: ['PATCH', '/jobs/report', { grace: '1h', deliver: ['none'] }],
  },
  {
    operation: 'jobs.pause',
    typed: ['pause', 'report', '--reason', 'holidays'],
    sent: ['POST', '/jobs/report/pause', { reason: 'holidays' }],
  },
  {
    operation: 'jobs.resume',
    typed: ['resume', 'report'],
    sent: ['POST', '/jobs/report/resume', {}],
  },
  {
    operation: 'jobs.approve',
    typed: ['approve', 'nobody'],
    sent: ['POST', '/jobs/nobody/approve', { revision: 1 }],
    refused: 'not_found',
  },
  {
    operation: 'jobs.next',
    typed: ['next', '0 9 * * 1-5', '--count', '3'],
    sent: ['GET', '/next?subject=0%209%20*%20*%201-5&count=3'],
  },
  {
    operation: 'chat.say',
    typed: ['chat', 'every day at 10 remind me to stretch', '--key', 'k'],
    sent: ['POST', '/chat', { text: 'every day at 10 remind me to stretch', key: 'k' }],
  },
  { operation: 'chat.read', typed: ['chat', 'read'], sent: ['GET', '/chat'] },
  { operation: 'jobs.why', typed: ['why', 'report'], sent: ['GET', '/jobs/report/why'] },
  {
    operation: 'jobs.run',
    typed: ['run', 'report', '--queue=2h'],
    sent: ['POST', '/jobs/report/run', { queue: '2h' }],
  },
  { operation: 'requests.list', typed: ['owner', 'requests'], sent: ['GET', '/requests'] },
  { operation: 'runs.list', typed: ['runs', 'report'], sent: ['GET', '/runs?job=report'] },
  {
    operation: 'runs.show',
    typed: ['show', '01JZ0000000000000000000000'],
    sent: ['GET', '/runs/01JZ0000000000000000000000'],
    refused: 'not_found',
  },
  {
    operation: 'runs.logs',
    typed: ['logs', 'report'],
    sent: ['GET', '/runs/report/log'],
    refused: 'not_found',
  },
  {
    operation: 'runs.transcript',
    typed: ['transcript', 'report'],
    sent: ['GET', '/runs/report/transcript'],
    refused: 'not_found',
  },
  {
    operation: 'runs.cancel',
    typed: ['cancel', 'x'],
    sent: ['POST', '/runs/x/cancel', {}],
    refused: 'not_found',
  },
  {
    operation: 'runs.retry',
    typed: ['retry', 'x'],
    sent: ['POST', '/runs/x/retry', {}],
    refused: 'not_found',
  },
  { operation: 'inbox.list', typed: ['inbox', '--keep'], sent: ['GET', '/inbox'] },
  {
    operation: 'inbox.read',
    typed: ['inbox', 'read', 'nothing'],
    sent: ['POST', '/inbox/read', { entries: ['nothing'] }],
  },
  { operation: 'deliveries.list', typed: ['deliveries'], sent: ['GET', '/deliveries'] },
  {
    operation: 'deliveries.retry',
    typed: ['deliveries', 'retry', 'x'],
    sent: ['POST', '/deliveries/x/retry', {}],
    refused: 'not_found',
  },
  { operation: 'status', typed: ['status'], sent: ['GET', '/status'] },
  { operation: 'tonight', typed: ['tonight'], sent: ['GET', '/tonight'] },
  { operation: 'morning', typed: ['morning'], sent: ['GET', '/morning'] },
  { operation: 'doctor', typed: ['doctor'], sent: ['GET', '/doctor'] },
  { operation: 'environment', typed: ['doctor', '--env'], sent: ['GET', '/environment'] },
  { operation: 'owner.show', typed: ['owner'], sent: ['GET', '/owner'] },
  {
    operation: 'owner.appoint',
    typed: ['owner', 'appoint', 'role runner', '--reason', 'because'],
    sent: ['POST', '/owner/appoint', { rule: 'role runner', reason: 'because' }],
  },
  {
    operation: 'owner.handover',
    typed: ['owner', 'handover'],
    sent: ['POST', '/owner/handover', {}],
  },
  {
    operation: 'owner.history',
    typed: ['owner', 'history', '-n', '3'],
    sent: ['GET', '/owner/history?limit=3'],
  },
  {
    operation: 'profiles.add',
    typed: ['profile', 'add', 'la'],
    sent: ['POST', '/profiles', { name: 'la' }],
  },
  { operation: 'profiles.list', typed: ['profile', 'list'], sent: ['GET', '/profiles'] },
  {
    operation: 'profiles.remove',
    typed: ['profile', 'remove', 'la'],
    sent: ['DELETE', '/profiles/la'],
  },
  { operation: 'config.list', typed: ['config', 'list'], sent: ['GET', '/config'] },
  {
    operation: 'config.get',
    typed: ['config', 'get', 'concurrency'],
    sent: ['GET', '/config/concurrency'],
  },
  {
    operation: 'config.set',
    typed: ['config', 'set', 'concurrency', '5'],
    sent: ['PUT', '/config/concurrency', { value: '5' }],
  },
  { operation: 'config.path', typed: ['config', 'path'], sent: ['GET', '/config-file'] },
  { operation: 'secrets.list', typed: ['secret', 'list'], sent: ['GET', '/secrets'] },
  {
    operation: 'secrets.check',
    typed: ['secret', 'check', 'github'],
    sent: ['POST', '/secrets/check', { name: 'github' }],
  },
  {
    operation: 'apply',
    typed: ['apply', '-f', 'jobs.yaml', '--plan'],
    sent: ['POST', '/apply', { file, plan: true }],
  },
  { operation: 'export', typed: ['export'], sent: ['GET', '/export'] },
  {
    operation: 'import.crontab',
    typed: ['import', 'crontab', 'crontab.txt', '--plan'],
    sent: ['POST', '/import/crontab', { text: crontab, plan: true }],
  },
  { operation: 'backup', typed: ['backup', copy], sent: ['POST', '/backup', { path: copy }] },
  {
    operation: 'access.list',
    typed: ['dashboard', 'token', 'list'],
    sent: ['GET', '/access/tokens'],
  },
  {
    operation: 'access.add',
    typed: ['dashboard', 'token', 'add', 'root'],
    sent: ['POST', '/access/tokens', { name: 'root' }],
    refused: 'name_taken',
  },
  {
    operation: 'access.revoke',
    typed: ['dashboard', 'token', 'revoke', 'nobody'],
    sent: ['DELETE', '/access/tokens/nobody'],
    refused: 'not_found',
  },
  {
    operation: 'jobs.remove',
    typed: ['remove', 'report'],
    sent: ['DELETE', '/jobs/report'],
  },
];

/** Operations that cannot be compared, and why. */
const incomparable: Readonly<Record<string, string>> = {
  'jobs.preview': 'has no verb; it is compared with what adding answers, below',
  timeline: 'has no verb: it is what is drawn',
  'service.plan': 'has no verb: the installer prints the files with --dry-run',
  'secrets.set': 'has no route: a value comes by standard input',
  'access.link': 'has no route: the network hands out no links',
};

let cli: CliWorld;
let house: House;
before(async () => {
  cli = await openCliWorld();
  const other = await openCliWorld();
  // Who asks and from which folder differs by nature; everything else must not.
  house = await openHouse(
    { contextFor: (profile) => ({ ...other.world.context, profile }) },
    other.world,
  );
  const twin = await openHouse({}, cli.world);
  await twin.close();
  for (const world of [cli.world, other.world]) await withHolder(world);
});
after(async () => {
  await house.close();
  rmSync(folder, { recursive: true });
});

/** What changes nothing here, and why. Everything else is in the audit log. */
const unaudited: Readonly<Record<string, string>> = {
  'secrets.check': 'changes nothing; it starts commands, so it is no GET',
  'inbox.read': 'there was nothing unread, so nothing changed',
};

const newestEntry = async (): Promise<number> => {
  const { store } = house.world;
  const names = (await store.profiles.list()).map(({ name }) => name);
  const all = await Promise.all(names.map((name) => store.audit.list(name, { limit: 1 })));
  return Math.max(0, ...all.flat().map(({ sequence }) => sequence));
};

const changes = (method: string, body: Pair['sent'][2]): boolean =>
  method !== 'GET' && body?.['plan'] !== true;

const readFile = async (path: string): Promise<string> => (path.endsWith('.yaml') ? file : crontab);

test('every operation is asked at both doors', () => {
  const asked = new Set(pairs.map(({ operation }) => operation));
  assert.deepEqual(
    operations
      .map(({ name }) => name)
      .filter((name) => !asked.has(name) && incomparable[name] === undefined),
    [],
  );
  for (const [name, route] of Object.entries(routes))
    assert.ok(isRoute(route) || incomparable[name] !== undefined, name);
});

for (const { operation, typed, sent, refused } of pairs) {
  const [method, path, body] = sent;
  test(`${typed.join(' ')} answers like ${method} ${path}`, async () => {
    const entry = await newestEntry();
    const ran = await cli.run(['--json', ...typed], { readFile });
    if (operation === 'backup') rmSync(copy);
    const reply = await house.ask(`/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
    });
    if (refused === undefined) {
      assert.ok(reply.status < 300, reply.text);
      const isAudited = (await newestEntry()) !== entry;
      assert.equal(isAudited, changes(method, body) && unaudited[operation] === undefined);
      assert.deepEqual(withoutChance(JSON.parse(reply.text)), withoutChance(JSON.parse(ran.out)));
      return;
    }
    const { code, detail, remedy, details } = JSON.parse(reply.text);
    assert.equal(code, refused);
    assert.ok(reply.status >= 400);
    const { error } = JSON.parse(ran.out);
    assert.deepEqual({ code, message: detail, remedy, details }, error);
  });
}

/** The ids of tokens are of chance, one of the two was used to ask, and who made a job differs by nature. */
function withoutChance(document: unknown): unknown {
  const chance = (key: string, value: unknown): unknown =>
    key === 'usedAt' || key === 'madeBy' ? null : value;
  const text = JSON.stringify(document, chance);
  return JSON.parse(text.includes('"credentials"') ? text.replace(/"id":"\w+"/g, '"id":""') : text);
}

test('a preview tells what adding then answers, and stores nothing', async () => {
  const body = { when: 'every weekday at 9am', name: 'previewed', command: ['true'] };
  const jobs = async () => (await house.ask('/api/v1/jobs')).json().list('jobs').length;
  const before = await jobs();
  const preview = (await house.ask('/api/v1/jobs/preview', { body })).json();
  assert.equal(await jobs(), before);
  const added = (await house.ask('/api/v1/jobs', { body })).json();
  for (const part of ['understood', 'readiness', 'warnings'])
    assert.deepEqual(preview.at(part).value, added.at(part).value, part);
});

test('a preview needs no command yet, and says what is wrong with a schedule', async () => {
  const typed = await house.ask('/api/v1/jobs/preview', { body: { when: 'every 2h' } });
  assert.equal(typed.json().text('understood', 'canonical'), 'every 2h');
  assert.equal(typed.json().list('understood', 'next').length, 5);
  const wrong = await house.ask('/api/v1/jobs/preview', { body: { when: '30m' } });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.json().text('code'), 'schedule_ambiguous');
});
