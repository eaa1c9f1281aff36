import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { launchdFiles, readPlistMarks } from './launchd-plist.ts';
import type { ServicePlan } from './service-plan.ts';

const plan: ServicePlan = {
  manager: 'launchd-agent',
  role: 'runner',
  profile: 'la',
  isTimer: false,
  schedules: true,
  unit: 'dev.cronkeeper.runner.la',
  user: 'ana',
  userFolder: '/Users/ana',
  home: '/Users/ana/.cronkeeper',
  program: ['/usr/local/bin/node', '/opt/cronkeeper/dist/cronkeeper.js', 'runner', '-p', 'la'],
  path: '/usr/local/bin:/usr/bin:/bin',
};
const fileOf = (changes: Partial<ServicePlan>) => {
  const [file] = launchdFiles({ ...plan, ...changes });
  assert.ok(file !== undefined);
  return file;
};

describe('a property list', () => {
  test('of an agent runs in every session of its user, and is kept', () => {
    const { path, text } = fileOf({});
    assert.equal(path, '/Users/ana/Library/LaunchAgents/dev.cronkeeper.runner.la.plist');
    assert.match(text, /<key>KeepAlive<\/key>\n<true\/>/);
    assert.match(text, /<key>RunAtLoad<\/key>\n<true\/>/);
    assert.match(
      text,
      /<key>LimitLoadToSessionType<\/key>\n<array>\n<string>Aqua<\/string>\n<string>Background<\/string>/,
    );
    assert.match(
      text,
      /<key>StandardErrorPath<\/key>\n<string>\/Users\/ana\/\.cronkeeper\/logs\/dev\.cronkeeper\.runner\.la\.log</,
    );
    // Runs outlive their scheduler.
    assert.match(text, /<key>AbandonProcessGroup<\/key>\n<true\/>/);
    assert.doesNotMatch(text, /UserName|StartCalendarInterval/);
  });

  test('of the machine names its user and no session', () => {
    const { path, text } = fileOf({ manager: 'launchd-daemon' });
    assert.equal(path, '/Library/LaunchDaemons/dev.cronkeeper.runner.la.plist');
    assert.match(text, /<key>UserName<\/key>\n<string>ana<\/string>/);
    assert.doesNotMatch(text, /LimitLoadToSessionType/);
  });

  test('of a timer starts every minute and is not kept', () => {
    const { text } = fileOf({ isTimer: true });
    assert.match(text, /<key>StartCalendarInterval<\/key>\n<dict\/>/);
    assert.doesNotMatch(text, /KeepAlive/);
  });

  test('is known by its marks, whatever is in them', () => {
    const home = '/Users/ana/-->\n<key>"x</key> --';
    const { text } = fileOf({ home, program: ['/n'] });
    assert.deepEqual(readPlistMarks(text), { home, user: 'ana', profile: 'la', role: 'runner' });
    for (const other of [
      '',
      text.replace('cronkeeper {', 'other {'),
      text.replace('"role"', '"roll"'),
      '<!-- cronkeeper {"home": 1} -->',
      '<!-- cronkeeper {not json} -->',
    ])
      assert.equal(readPlistMarks(other), null);
  });

  for (const [name, character] of [
    ['NUL', '\u0000'],
    ['an escape', '\u001b'],
    ['a form feed', '\u000c'],
    ['half a character', '\ud83d'],
    ['no character', '\uffff'],
  ]) {
    test(`cannot hold ${name}, and says so`, () =>
      assert.throws(() => fileOf({ home: `/x${character}` }), { code: 'usage' }));
  }
});
