import assert from 'node:assert/strict';
import { isExecutable } from '../../src/core/service-fitness.ts';
import { planService, type ServicePlan } from '../../src/core/service-plan.ts';
import { hardening } from '../../src/core/systemd-hardening.ts';
import { commandLine, pathWord } from '../../src/core/systemd-quoting.ts';
import { systemdFiles } from '../../src/core/systemd-unit.ts';
import type { Machine } from './machine.ts';
import { quote, stories } from './person.ts';

/** What systemd makes of values that were chosen to break out of their line, word or directive. */

const story = stories();

const hostile = [
  'with space',
  ' leading and trailing ',
  '100%',
  '%h%n%%i',
  '$HOME',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as systemd would replace it
  '${PATH}',
  '$$x',
  '"quoted"',
  "it's",
  'back\\slash',
  'ends in \\',
  'semi;colon & | more',
  '#comment',
  ';comment',
  'line\nExecStartPre=/bin/touch "/injected"\n',
  '\r\ttab',
  '-dash',
  '@+!:-prefix',
  'ünï→©',
  '[Service]\nUser=root',
  'bell\u0007 and escape\u001b[31m',
  '*?[a-z]{b,c}~',
];

/** A program in a folder of that name, which writes down what it was given. */
async function plant(machine: Machine, name: string, index: number): Promise<ServicePlan> {
  const folder = `/opt/q${index}/${name.replaceAll('/', '_')}`;
  // Of a program systemd itself allows fewer names; that they are refused is a test of its own.
  const node = `${isExecutable(folder) ? folder : `/opt/q${index}`}/node`;
  const script = `#!/bin/sh\nprintf '%s\\0' "$@" "$PATH" > /opt/q${index}/got\n`;
  await machine.output(
    `mkdir -p ${quote(folder)}/home && printf %s ${quote(script)} > ${quote(node)} && chmod 755 ${quote(node)}`,
  );
  return {
    ...planService({
      manager: 'systemd-system',
      role: 'runner',
      profile: `q${index}`,
      isTimer: true,
      user: 'root',
      userFolder: '/root',
      home: `${folder}/home`,
      node,
      bundle: `${folder}/bundle.js`,
      path: `${folder}:/usr/bin:/bin`,
    }),
  };
}

story(
  `${hostile.length} hostile names go through a unit and come out as they were`,
  async (machine) => {
    const plans = await Promise.all(hostile.map((name, index) => plant(machine, name, index)));
    const files = plans.flatMap((plan) => systemdFiles(plan).slice(0, 1));
    for (const { path, text } of files)
      await machine.output(`printf %s ${quote(text)} > ${quote(path)}`);
    await machine.output('systemctl daemon-reload');
    const units = plans.map(({ unit }) => unit);
    const verified = await machine.exec(`systemd-analyze verify ${units.join(' ')}`);
    assert.equal(verified.stderr, '');
    await machine.exec(`systemctl start ${units.join(' ')}`);
    for (const [index, plan] of plans.entries()) {
      const got = await machine.exec(`cat /opt/q${index}/got`);
      const words = got.stdout.split('\0').slice(0, -1);
      assert.deepEqual(
        words,
        [...plan.program.slice(1), plan.path],
        JSON.stringify(hostile[index]),
      );
    }
    const { code } = await machine.exec('test -e /injected');
    assert.notEqual(code, 0, 'a directive was injected');
  },
);

story(
  'a confined unit writes into its home of any name, and nowhere else',
  async (machine, person) => {
    const names = hostile.filter((name) => pathWord(name) !== null);
    assert.ok(names.length > 15);
    const lines: string[] = [];
    for (const [index, name] of names.entries()) {
      const home = `/opt/c${index}/${name}`;
      const plan = planService({
        manager: 'systemd-system',
        role: 'dashboard',
        profile: 'la',
        isTimer: false,
        user: person.name,
        userFolder: person.folder,
        home,
        node: '/bin/sh',
        bundle: '/usr/bin/true',
        path: '/bin',
      });
      const script = `echo x > "$0/in"; echo x > /opt/c${index}/out`;
      const program = commandLine(['/bin/sh', '-c', script, home]);
      const text = [
        '[Service]',
        'Type=oneshot',
        `ExecStart=-${program}`,
        `User=${person.name}`,
        ...hardening(plan),
        '',
      ].join('\n');
      lines.push(
        `mkdir -p ${quote(home)}; chown -R ${person.name} /opt/c${index}; printf %s ${quote(text)} > /run/systemd/system/confined${index}.service`,
      );
    }
    for (const line of lines) await machine.output(line);
    const units = names.map((_, index) => `confined${index}.service`).join(' ');
    await machine.output('systemctl daemon-reload');
    await machine.output(`systemctl start ${units}`);
    for (const [index, name] of names.entries()) {
      const inside = await machine.exec(`test -e ${quote(`/opt/c${index}/${name}/in`)}`);
      assert.equal(inside.code, 0, `${JSON.stringify(name)} is not writable`);
      const outside = await machine.exec(`test -e /opt/c${index}/out`);
      assert.notEqual(outside.code, 0, `${JSON.stringify(name)} is not confined`);
    }
  },
);
