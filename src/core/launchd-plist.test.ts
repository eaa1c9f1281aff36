import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { launchdFiles, readPlistMarks } from './launchd-plist.ts';
import { Refusal } from './refusal.ts';
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

  test('is XML of the kind that launchd reads, and says who wrote it', () => {
    const { text } = fileOf({});
    assert.match(
      text,
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!DOCTYPE plist PUBLIC "[^"]+" "http[^"]+\.dtd">\n/,
    );
    assert.match(text, /service install"; "cronkeeper service uninstall" takes it away/);
    assert.match(text, /\n<plist version="1\.0">\n<dict>\n[\s\S]*<\/dict>\n<\/plist>\n$/);
  });

  const promises = [
    [
      'has the PATH of its plan',
      'EnvironmentVariables',
      '<dict>\n<key>PATH</key>\n<string>/usr/local/bin:/usr/bin:/bin</string>\n</dict>',
    ],
    ['makes files for its user only', 'Umask', `<integer>${0o077}</integer>`],
    ['has half a minute to end', 'ExitTimeOut', '<integer>30</integer>'],
    ['is not started over and over', 'ThrottleInterval', '<integer>5</integer>'],
    ['is woken in time', 'LegacyTimers', '<true/>'],
    ['is not slowed down in the background', 'ProcessType', '<string>Standard</string>'],
  ] as const;
  for (const [name, key, value] of promises) {
    test(name, () => assert.ok(fileOf({}).text.includes(`<key>${key}</key>\n${value}\n`)));
  }

  test('of the machine gives its user all groups', () =>
    assert.match(fileOf({ manager: 'launchd-daemon' }).text, /<key>InitGroups<\/key>\n<true\/>/));

  test('writes out what XML would understand differently', () => {
    const { text } = fileOf({ program: ['a&b', '<c>', 'd\re'] });
    for (const word of ['a&amp;b', '&lt;c&gt;', 'd&#13;e'])
      assert.ok(text.includes(`<string>${word}</string>`), word);
  });

  test('is known by its marks, whatever is in them', () => {
    const home = '/Users/ana/-->\n<key>"x</key> --';
    const { text } = fileOf({ home, program: ['/n'] });
    assert.deepEqual(readPlistMarks(text), { home, user: 'ana', profile: 'la', role: 'runner' });
    for (const other of [
      '',
      text.replace('cronkeeper {', 'other {'),
      ...['home', 'user', 'profile', 'role'].map((key) => text.replace(`"${key}"`, '"other"')),
      text.replace('<!-- cronkeeper', 'x <!-- cronkeeper'),
      text.replace('} -->', '} --> x'),
      text.replace('"ana"', '7'),
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
      assert.throws(
        () => fileOf({ home: `/x${character}` }),
        (error) => {
          assert.ok(error instanceof Refusal);
          assert.deepEqual([error.code, error.kind], ['usage', 'usage']);
          assert.match(error.message, /no property list can hold/);
          assert.match(error.remedy?.text ?? '', /without control characters/);
          assert.deepEqual(error.details, { text: `/x${character}` });
          return true;
        },
      ));
  }
});
