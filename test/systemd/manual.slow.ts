import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Machine } from './machine.ts';
import { type Person, quote, stories } from './person.ts';

/** What the manual says about services, typed as it stands there. By hand: `LONG=1`. */

const folder = '/etc/systemd/system/cronkeeper-default.service.d';
const manual = readFileSync(new URL('../../docs/OPERATING.md', import.meta.url), 'utf8');
const dropIns = [...manual.matchAll(/```ini\n(# [\s\S]*?)```/g)].map(([, text = '']) => text);
const dropInFor = (what: RegExp): string => dropIns.find((text) => what.test(text)) ?? '';

const needs = [
  { what: /^# GPUs/, line: 'test -e /dev/full && test "$(ls /dev | wc -l)" -gt 17' },
  { what: /^# Sandboxes/, line: 'unshare --user --map-root-user --mount true' },
  { what: /^# sudo/, line: 'sudo -n true' },
];

async function runs(person: Person, line: string): Promise<boolean> {
  const name = `job${Math.floor(performance.now())}`;
  await person.type(`add 'every 1d' --name ${name} --shell ${quote(line)}`);
  return (await person.type(`run ${name} --wait`)).code === 0;
}

async function restartWith(machine: Machine, person: Person, text: string): Promise<void> {
  await machine.output(
    `mkdir -p ${folder}; printf %s ${quote(text)} > ${folder}/override.conf; systemctl daemon-reload`,
  );
  assert.equal((await person.type('service restart runner', 'sudo')).code, 0);
}

const name = 'each drop-in of the manual gives back what it says, and only that';

if (process.env['LONG'] === '1')
  stories()(name, async (machine, person) => {
    assert.equal((await person.type('service install runner', 'sudo')).code, 0);
    await person.type('pause witness');
    for (const { what, line } of needs) {
      assert.equal(await runs(person, line), false, `${line} works without`);
      await restartWith(machine, person, dropInFor(what));
      assert.equal(
        await runs(person, line),
        true,
        `${line} does not work with\n${dropInFor(what)}`,
      );
      await restartWith(machine, person, '');
    }
    await machine.output(`rm -r ${folder}; systemctl daemon-reload`);
  });
else test(name, { skip: 'by hand: LONG=1' }, () => {});
