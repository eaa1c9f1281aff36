import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { launchdFiles } from '../../src/core/launchd-plist.ts';
import { planService } from '../../src/core/service-plan.ts';
import { readBinaryPlist } from './binary-plist.ts';

const hasParser = (): boolean => spawnSync('plistutil', ['--version']).error === undefined;

function whyNot(): string | false {
  if (hasParser()) return false;
  if (process.getuid?.() === 0) {
    const install = ['install', '-y', '-qq', '--no-install-recommends', 'libplist-utils'];
    spawnSync('apt-get', install, { timeout: 120_000 });
  }
  return hasParser() ? false : 'needs plistutil: apt-get install libplist-utils';
}

const skip = whyNot();

/** What a parser understands of the text. */
function parse(text: string): ReadonlyMap<string, unknown> {
  const { status, stdout, stderr } = spawnSync('plistutil', ['-i', '-', '-o', '-'], {
    input: text,
  });
  assert.equal(status, 0, `${stderr}\n${text}`);
  const read = readBinaryPlist(stdout);
  assert.ok(typeof read === 'object', text);
  return new Map(Object.entries(read));
}

/** As part of a path, a user or a PATH; each tries to end its value, or to mean something. */
const hostile: readonly string[] = [
  'with space',
  '100%',
  '%h/$HOME/$(id)',
  '</string><key>Program</key><string>/bin/evil',
  '<![CDATA[x]]>',
  ']]>',
  '<!-- x --> -->',
  '--',
  '&amp;&lt;&#65;&unknown;',
  'it\'s "quoted" `x`',
  'back\\slash\\',
  'line\nbreak\n',
  'carriage\rreturn\r\n',
  'tab\tstop',
  ' leading and trailing ',
  '<?xml version="1.0"?>',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  'Überstunden/日本語/🦊',
  'e\u0301 is two, é is one',
  '\u202eright to left\u2028',
  `${'deep/'.repeat(180)}end`,
];

for (const part of hostile) {
  test(`${JSON.stringify(part.slice(0, 40))} comes back as it was, and means nothing`, {
    skip,
  }, () => {
    for (const manager of ['launchd-agent', 'launchd-daemon'] as const) {
      for (const isTimer of [false, true]) {
        const plan = planService({
          manager,
          role: 'runner',
          profile: 'la',
          isTimer,
          user: part,
          userFolder: '/Users/ana',
          home: `/Users/${part}`,
          node: `/opt/${part}/node`,
          bundle: `/opt/${part}/dist/cronkeeper.js`,
          path: `/opt/${part}:/bin`,
        });
        const [file] = launchdFiles(plan);
        const read = parse(file?.text ?? '');
        const harmless = parse(
          launchdFiles({ ...plan, user: 'a', home: '/h', program: ['/n'], path: '/p' })[0]?.text ??
            '',
        );
        assert.deepEqual([...read.keys()], [...harmless.keys()], 'no key was added');
        assert.deepEqual(read.get('ProgramArguments'), plan.program);
        assert.deepEqual(read.get('EnvironmentVariables'), { PATH: plan.path });
        assert.equal(read.get('WorkingDirectory'), plan.home);
        assert.equal(read.get('StandardOutPath'), `${plan.home}/logs/${plan.unit}.log`);
        assert.equal(read.get('Label'), plan.unit);
        assert.equal(read.get('UserName'), manager === 'launchd-daemon' ? part : undefined);
      }
    }
  });
}

test('at least twenty hostile names were tried', () => assert.ok(hostile.length >= 20));
