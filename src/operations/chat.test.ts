import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, processOf, type World, withHolder } from '../../test/operations/world.ts';
import type { Assistant, ChatTold } from '../ports/assistant.ts';
import type { ChatTurn } from '../ports/chat.ts';
import { chatRead, chatSay, takeUpChats } from './chat.ts';
import type { ChatSayAnswer } from './chat-answers.ts';
import { callTool, chatTools } from './chat-tools.ts';
import { carryOut } from './chat-turn.ts';
import { jobsList } from './jobs-list.ts';
import { jobsRun } from './jobs-run.ts';
import type { OperationContext } from './operation.ts';
import { status } from './status.ts';

const say = (world: World, text: string, key?: string): Promise<ChatSayAnswer> =>
  world.ask(chatSay, key === undefined ? { text } : { text, key });
const kinds = ({ lines }: ChatSayAnswer): readonly string[] => lines.map(({ part }) => part.kind);
const words = ({ lines }: ChatSayAnswer): string =>
  lines.flatMap(({ part }) => (part.kind === 'text' ? [part.text] : [])).join('\n');
const answerOf = ({ lines }: ChatSayAnswer): Readonly<Record<string, unknown>> | null =>
  lines.flatMap(({ part }) => (part.kind === 'card' ? [part.answer] : []))[0] ?? null;

/** As if a person had set it. */
function nameModel(world: World, value: string): void {
  const model = { name: 'model', value, isDefault: false, unit: '', summary: '' };
  const settings = { ...world.context.settings, find: async () => model };
  Object.assign(world.context, { settings });
}

test('a reminder becomes one job whose program is handed the text, whatever it contains', async () => {
  const world = await openWorld();
  const text = '"; touch /tmp/x; $(id) `id` -n %s \\c';
  await say(world, `remind me in 20 seconds to ${text}`);
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ command, shell, deliver }) => [command, shell, deliver]),
    [[['printf', '%s\\n', `Reminder: ${text}`], false, ['inbox']]],
  );
});

test('a card is the answer of the operation, with the readiness that every door gives', async () => {
  const world = await openWorld();
  await withHolder(world);
  const answer = await say(world, 'remind me in 20 seconds to stretch');
  assert.deepEqual(kinds(answer), ['asked', 'call', 'card', 'text', 'end']);
  const known = await world.ask(status, {});
  assert.ok('readiness' in known);
  assert.deepEqual(answerOf(answer)?.['readiness'], known.readiness);
  assert.deepEqual(answer.readiness, known.readiness);
  assert.doesNotMatch(words(answer), /NOTHING WILL RUN/);
});

test('with nothing to run it the answer says so first, in words', async () => {
  const answer = await say(await openWorld(), 'remind me in 20 seconds to stretch');
  assert.match(words(answer), /^⚠ NOTHING WILL RUN THIS: .*What to do: cronkeeper /);
  assert.equal(answer.readiness.willRun, false);
});

test('a chat says how it understood what could be once, too', async () => {
  const world = await openWorld();
  await withHolder(world);
  const answer = await say(world, 'remind me friday at 5pm to leave');
  assert.match(words(answer), /every week; for once, type "this friday at 5pm"/);
});

test('without a model what needs one is kept, paused, and runs with the model that is named later', async () => {
  const world = await openWorld();
  await withHolder(world);
  const answer = await say(world, 'every weekday at 9 summarise ./notes');
  assert.match(
    words(answer),
    /^IT WILL NOT RUN YET[\s\S]*no model is configured[\s\S]*config set model PROVIDER\/MODEL/,
  );
  const [job] = (await world.ask(jobsList, {})).jobs;
  assert.ok(job !== undefined);
  assert.deepEqual(
    [job.state, job.pausedReason, job.agent?.prompt, job.agent?.model],
    ['paused', 'no model is configured', 'summarise ./notes', null],
  );
  assert.match(
    JSON.stringify(answerOf(answer)?.['readiness']),
    /"willRun":false.*The job is paused: no model is configured/,
  );
  const later = await say(world, `resume ${job.name}`);
  assert.match(words(later), /An agent needs a model, and none is set/);
  await assert.rejects(world.ask(jobsRun, { job: job.id }), /waits for a model/);

  nameModel(world, 'a/b');
  assert.match(words(await say(world, `resume ${job.name}`)), /^Resumed/);
  nameModel(world, 'c/d');
  const [after] = (await world.ask(jobsList, {})).jobs;
  assert.deepEqual(
    [after?.state, after?.agent?.model, after?.schedule.canonical],
    ['enabled', 'a/b', '0 9 * * 1-5 Europe/Berlin'],
  );
});

test('with a model it becomes a job that asks it, and may use nothing', async () => {
  const world = await openWorld();
  nameModel(world, 'a/b');
  const answer = await say(world, 'every weekday at 9 summarise ./notes');
  assert.match(
    words(answer),
    /Its agent may use nothing yet: cronkeeper edit .* --tools read-file/,
  );
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ agent, schedule }) => [
      agent?.prompt,
      agent?.model,
      agent?.tools,
      schedule.canonical,
    ]),
    [['summarise ./notes', 'a/b', [], '0 9 * * 1-5 Europe/Berlin']],
  );
});

test('a job is listed, paused, resumed, run and removed in words', async () => {
  const world = await openWorld();
  await withHolder(world);
  await say(world, 'create a job called tea that runs `true` every day at 9');
  const asked = [
    'list',
    'pause tea',
    'resume tea',
    'run tea',
    'status',
    'will everything run tonight?',
  ];
  for (const text of asked) {
    const answer = await say(world, text);
    assert.ok(answerOf(answer) !== null, `${text}: ${words(answer)}`);
  }
  assert.match(words(await say(world, 'remove tea')), /Removed "tea"/);
  assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
});

test('the same key says it once', async () => {
  const world = await openWorld();
  const first = await say(world, 'remind me in 20 seconds to stretch', 'k');
  const again = await say(world, 'remind me in 20 seconds to stretch', 'k');
  assert.deepEqual([first.repeated, again.repeated], [false, true]);
  assert.deepEqual(again.lines, first.lines);
  assert.equal((await world.ask(jobsList, {})).jobs.length, 1);
});

test('a reader goes on from the number that it saw last, and misses nothing', async () => {
  const world = await openWorld();
  await say(world, 'list');
  const before = await world.ask(chatRead, {});
  const answer = await say(world, 'help');
  const after = await world.ask(chatRead, { after: before.next });
  assert.deepEqual(after.lines, answer.lines);
  assert.equal(after.isOpen, false);
});

/** A turn that was accepted by a process which then ended. */
async function abandoned(
  world: World,
  isAsked: boolean,
  maker: ChatTurn['maker'] = { kind: 'person', name: 'http:anna', run: null },
): Promise<void> {
  const turn = {
    id: 'turn',
    profile: 'default',
    key: 'turn',
    actor: 'http:anna',
    maker,
    text: 'remind me in 20 seconds to stretch',
    worker: processOf(77),
    isOpen: true,
    at: world.now(),
  };
  await world.store.chat.accept(turn);
  const call = { kind: 'call', operation: 'jobs.add', input: {} } as const;
  if (isAsked) await world.store.chat.append(turn, [call], world.now());
}

test('what was accepted by a process that ended is carried out by the next, once', async () => {
  const world = await openWorld();
  await abandoned(world, false);
  await takeUpChats(world.context);
  assert.deepEqual((await world.ask(jobsList, {})).jobs, [], 'its process is still alive');
  world.dead.add(77);
  await Promise.all([takeUpChats(world.context), takeUpChats(world.context)]);
  assert.equal((await world.ask(jobsList, {})).jobs.length, 1);
});

test('whoever takes up a turn carries it out as who asked it, and not as who takes it up', async () => {
  const world = await openWorld();
  const agent = { kind: 'agent', name: 'http:bot', run: null } as const;
  await abandoned(world, false, agent);
  world.dead.add(77);
  await takeUpChats(world.context);
  const [job] = (await world.ask(jobsList, {})).jobs;
  assert.deepEqual([job?.state, job?.madeBy], ['pending', agent]);
  assert.equal(job?.cwd, '/home/anna', 'nor in the folder of who takes it up');
});

test('a turn that asked inside a run makes no job, whoever takes it up', async () => {
  const world = await openWorld();
  await abandoned(world, false, { kind: 'agent', name: 'cli:anna', run: 'R' });
  world.dead.add(77);
  await takeUpChats(world.context);
  assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
  const { lines } = await world.ask(chatRead, {});
  const refused = lines.flatMap(({ part }) => (part.kind === 'refused' ? [part.code] : []));
  assert.deepEqual(refused, ['authority_exceeded']);
});

/** Takes up the turn of a process that ended, and shows that nothing of it is done. */
async function assertInterrupted(world: World): Promise<void> {
  world.dead.add(77);
  await takeUpChats(world.context);
  assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
  const { lines, isOpen } = await world.ask(chatRead, {});
  assert.deepEqual(lines.at(-1)?.part, { kind: 'end', how: 'interrupted' });
  assert.equal(isOpen, false);
}

test('a turn that does not say who asked it is not carried out', async () => {
  const world = await openWorld();
  await abandoned(world, false, null);
  await assertInterrupted(world);
});

test('a turn that had asked an operation when its process ended is not carried out again', async () => {
  const world = await openWorld();
  await abandoned(world, true);
  await assertInterrupted(world);
});

test('a chat reaches no operation that appoints, lets in or reads files', async () => {
  const { context } = await openWorld();
  for (const name of ['owner.appoint', 'access.add', 'config.set', 'apply', 'backup', 'chat.say'])
    assert.equal((await callTool(context, name, {})).kind, 'refused', name);
  assert.ok(chatTools.length > 10);
});

test('a chat is about its own profile, whatever it asks for', async () => {
  const { context, store, now } = await openWorld();
  await store.profiles.ensure('other', now(), 'test');
  for (const name of ['jobs.list', 'runs.list', 'status']) {
    const refused = await callTool(context, name, { allProfiles: true });
    assert.equal(refused.kind === 'refused' && refused.code, 'scope_missing', name);
    assert.equal((await callTool(context, name, { allProfiles: false })).kind, 'card', name);
  }
});

test('an assistant that goes round in circles, or breaks, ends its turn as failed', async () => {
  const circles: Assistant = {
    name: 'circles',
    note: '',
    thinks: false,
    async *answer({ call }) {
      for (;;) yield (await call('jobs.list', {})).kind;
    },
  };
  const broken: Assistant = {
    name: 'broken',
    note: '',
    thinks: false,
    async *answer() {
      yield 'half';
      throw new Error('gone');
    },
  };
  for (const assistant of [circles, broken]) {
    const world = await openWorld();
    const worker = processOf(1);
    const turn = {
      id: 't',
      profile: 'default',
      key: 't',
      actor: 'a',
      maker: null,
      text: 'x',
      worker,
      isOpen: true,
      at: 0,
    };
    await world.store.chat.accept(turn);
    await carryOut(world.context, turn, async () => assistant);
    const { lines } = await world.ask(chatRead, {});
    assert.deepEqual(lines.at(-1)?.part, { kind: 'end', how: 'failed' });
    assert.ok(lines.length > 2 && lines.length < 70);
  }
});

test('what a model chooses is made by the chat: a prompt may think at once, a command waits for a person', async () => {
  const world = await openWorld();
  const told: ChatTold[] = [];
  const assistants: OperationContext['assistants'] = {
    async open(tell) {
      told.push(await tell());
      return {
        name: 'a/b',
        note: '',
        thinks: true,
        async *answer({ call }) {
          await call('jobs.add', { when: 'every 1h', prompt: 'Stretch', model: 'a/b' });
          await call('jobs.add', { when: 'every 1h', command: ['rm', '-r', '/'] });
          await call('owner.appoint', { rule: ['auto'] });
          yield 'Done.';
        },
      };
    },
  };
  Object.assign(world.context, { assistants });
  const answer = await say(world, 'do it');
  assert.deepEqual(
    kinds(answer).filter((kind) => kind === 'refused'),
    ['refused'],
  );
  const { jobs } = await world.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ kind, state, madeBy }) => `${kind} ${state} ${madeBy.kind}`).sort(),
    ['agent enabled chat', 'command pending chat'],
  );
  await say(world, 'and again');
  assert.deepEqual(
    told[1]?.earlier.map(({ by }) => by),
    ['person', 'assistant'],
  );
  assert.deepEqual(
    told[0]?.tools.map(({ name }) => name),
    chatTools.map(({ name }) => name),
  );
  assert.ok(!JSON.stringify(told[0]?.tools).includes('allProfiles'), 'is offered no other profile');
  assert.ok(JSON.stringify(told[0]?.tools).includes('"limit"'));
});
