import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { launcher, until } from '../journeys/program.ts';
import { ask, journey, startOwner } from '../journeys/story.ts';

const quota = 3;

journey('a job that adds itself again and again ends at its quota', async (person) => {
  const script = person.file('clone.sh');
  const line = `/bin/sh ${script}`;
  writeFileSync(
    script,
    `${launcher} --home ${person.home} add 'every 1s' --overlap skip --shell '${line}' 2>> ${script}.said\n`,
  );
  await ask(person, ['config', 'set', 'agentsMay', 'shell']);
  await ask(person, ['config', 'set', 'agentDepth', '16']);
  await ask(person, ['config', 'set', 'agentJobs', `${quota}`]);
  await ask(person, ['add', 'every 1s', '--name', 'first', '--shell', line]);
  await startOwner(person, ['runner']);
  const refusals = (): number =>
    person.read('clone.sh.said').split('as many as they may').length - 1;
  await until('it is refused often', () => (refusals() >= 4 ? true : undefined), 60_000);
  const jobs = (await ask(person, ['list'])).list('jobs');
  const clones = jobs.filter((job) => job.text('madeBy', 'kind') === 'agent');
  assert.equal(clones.length, quota);
  assert.equal(jobs.length, quota + 1);
  for (const clone of clones) assert.equal(clone.text('state'), 'enabled');
});
