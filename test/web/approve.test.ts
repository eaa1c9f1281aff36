import assert from 'node:assert/strict';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { withHolder } from '../operations/world.ts';
import { play } from './play.ts';

const scene = play();

scene(
  'a job that no person made is approved by one who saw what it does',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      const maker = { kind: 'agent', name: 'http:bot', run: null } as const;
      const input = jobsAdd.input.parse({
        when: 'every 1h',
        name: 'Tidy up',
        shell: 'rm -rf ./old && echo "done"',
      });
      await jobsAdd.handle({ ...world.context, maker, actor: maker.name }, input);
    },
  },
  async ({ page, house: { world } }) => {
    const row = page.getByRole('row', { name: /Tidy up/ });
    assert.match(await row.innerText(), /to approve[\s\S]*Once a person approves it/);
    await row.getByRole('link', { name: 'Tidy up' }).click();
    await page.getByText('It will not run.').waitFor();
    await page.getByText('made by the agent http:bot').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Run now' }).count(), 0);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve Tidy up' });
    const said = await dialog.innerText();
    for (const part of ['the agent http:bot', 'run a line in a shell', 'rm -rf ./old && echo'])
      assert.ok(said.includes(part), `no "${part}" in ${said}`);
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByText('to approve').waitFor({ state: 'detached' });
    const [job] = await world.store.jobs.byName('default', 'Tidy up');
    assert.equal(job?.state, 'enabled');
    assert.equal(job?.authority.approval?.by, 'http:link');
  },
);
