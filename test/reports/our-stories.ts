import { signIn, startDashboard } from '../journeys/dashboard.ts';
import { launcher, Person } from '../journeys/program.ts';
import { ask, firstLine, holderPid, startOwner, statusWhen } from '../journeys/story.ts';
import { Cast, sleep } from './processes.ts';
import {
  type ClientStory,
  desktopNames,
  type RaceStory,
  shuffle,
  timesFrom,
  whenSeen,
} from './stories.ts';
import { type ClientCount, countRace, ownerName, type RaceCount } from './tables.ts';
import { readTestimonies, witnessLine } from './witness.ts';

/** One gateway, which is appointed, and desktops that come and go. */
export async function raceOurs(story: RaceStory): Promise<RaceCount> {
  const person = new Person();
  const cast = new Cast();
  const file = person.file('witness');
  const open = (name: string): void => {
    cast.start(name, [launcher, 'dashboard', '--desktop'], person.env);
  };
  try {
    await ask(person, ['owner', 'appoint', 'role', 'gateway']);
    const gateway = cast.start(ownerName, [launcher, 'gateway', 'run'], person.env);
    await statusWhen(person, 'the gateway owns', (said) => holderPid(said) === gateway.pid, 30_000);
    for (const name of desktopNames) open(name);
    const line = witnessLine(file, story.worksSeconds);
    const added = await ask(person, [
      ...['add', 'every 1s', '--name', 'report', '--overlap', 'allow', '--shell', line],
    ]);
    const first = Date.parse(added.text('job', 'nextFireAt'));
    const due = timesFrom(first, story.occurrences);
    await shuffle(cast, first + story.occurrences * 1_000, open);
    await sleep(2_000);
    return countRace(due, readTestimonies(file), cast.names);
  } finally {
    await cast.closeAll();
    await person.leave();
  }
}

/** A dashboard in which a job is made, and a runner; then the same without the runner. */
export async function rememberOurs(story: ClientStory): Promise<ClientCount> {
  const person = new Person();
  const file = person.file('witness');
  try {
    const runner = await startOwner(person, ['runner']);
    const dashboard = await startDashboard(person);
    const browser = await signIn(dashboard);
    const when = `in ${Math.round(story.dueInMs / 1_000)}s`;
    const wish = { name: 'left', when, shell: true, command: [witnessLine(file)] };
    const added = (await browser.post('/jobs', wish)).json();
    await sleep(story.staysMs);
    dashboard.signal('SIGKILL');
    await dashboard.ended;
    const dueAt = Date.parse(added.text('job', 'nextFireAt'));
    const ranAfterMs = await whenSeen(file, dueAt, story.patienceMs);
    await runner.stop();
    const alone = await signIn(await startDashboard(person));
    const answer = (await alone.post('/jobs', { ...wish, name: 'alone', when: 'in 1h' })).json();
    const said = await person.type(['status']);
    return {
      answer: `saved; ${added.text('readiness', 'message')}`,
      ranAfterMs,
      answerAlone: `saved, but NOTHING WILL RUN THIS JOB: ${answer.text('readiness', 'message')}`,
      statusAlone: firstLine(said),
    };
  } finally {
    await person.leave();
  }
}
