import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceOf, openWorld, type World, withHolder } from '../../test/operations/world.ts';
import { chatSay } from './chat.ts';
import { doctor } from './doctor.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsRun } from './jobs-run.ts';
import { profilesAdd } from './profiles.ts';
import { statusOf } from './status-answer.ts';

/** A home with a profile beside the default one, which everything is asked in. */
async function openLa(): Promise<World> {
  const world = await openWorld();
  await world.ask(profilesAdd, { name: 'la' });
  const ask: World['ask'] = (operation, input) => world.ask(operation, input, 'la');
  return { ...world, context: { ...world.context, profile: 'la' }, ask };
}

/** Settings are of the whole home; every other command names the profile. */
function namesLa(text: string): void {
  const commands = text.match(/cronkeeper (?!config)[^:;,(\n]+/g) ?? [];
  assert.ok(commands.length > 0, `no command: ${text}`);
  for (const command of commands) assert.match(command, / -p la\b/);
}

const places: readonly (readonly [
  place: string,
  textsOf: (world: World) => Promise<readonly string[]>,
])[] = [
  [
    'the refusal of a run that nobody would run',
    async (world) => {
      await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'x' });
      const refused = await world.ask(jobsRun, { job: 'x' }).catch((error: unknown) => error);
      assert.ok(refused instanceof Error);
      return [refused.message];
    },
  ],
  [
    'the warning that jobs lack what they need',
    async (world) => {
      await withHolder(world, { profile: 'la' });
      await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], require: ['role=gateway'] });
      const { warnings } = await statusOf(world.context);
      return warnings.map(({ remedy }) => remedy?.text ?? '');
    },
  ],
  [
    'what the doctor says of ticks that stopped',
    async (world) => {
      const row = instanceOf(31, { profile: 'la', role: 'timer', seenAt: world.now() });
      await world.store.instances.report(row);
      world.dead.add(31);
      world.advance(600_000);
      const { findings } = await world.ask(doctor, {});
      return findings.flatMap(({ check, remedy }) =>
        check === 'timer' ? [remedy?.text ?? ''] : [],
      );
    },
  ],
  [
    'the chat, of a job without a model',
    async (world) => {
      await withHolder(world, { profile: 'la' });
      const { lines } = await world.ask(chatSay, { text: 'every weekday at 9 summarise ./notes' });
      return lines.flatMap(({ part }) => (part.kind === 'text' ? [part.text] : []));
    },
  ],
];
for (const [place, textsOf] of places) {
  test(`a command names the profile that it is about: ${place}`, async () => {
    const texts = await textsOf(await openLa());
    assert.ok(texts.length > 0);
    for (const text of texts) namesLa(text);
  });
}
