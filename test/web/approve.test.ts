import assert from 'node:assert/strict';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { jobsEdit } from '../../src/operations/jobs-edit.ts';
import { type World, withHolder } from '../operations/world.ts';
import { play } from './play.ts';

const scene = play();

/** What an agent adds waits for a person. */
async function addedByAgent(world: World, fields: object): Promise<void> {
  const maker = { kind: 'agent', name: 'http:bot', run: null } as const;
  const input = jobsAdd.input.parse({ when: 'every 1h', ...fields });
  await jobsAdd.handle({ ...world.context, maker, actor: maker.name }, input);
}

scene(
  'a job that no person made is approved by one who saw what it does',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      await addedByAgent(world, { name: 'Tidy up', shell: 'rm -rf ./old && echo "done"' });
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

scene(
  'what is approved is the job as it was shown, although it is changed while somebody reads',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      await addedByAgent(world, { name: 'Tidy up', shell: 'rm -rf ./old' });
    },
    expected: /409/,
  },
  async ({ page, house: { world } }) => {
    const read = async () => (await world.store.jobs.byName('default', 'Tidy up'))[0];
    await page.getByRole('link', { name: 'Tidy up' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve Tidy up' });
    await dialog.getByText('sh -c rm -rf ./old', { exact: true }).waitFor();
    await world.ask(jobsEdit, { job: (await read())?.id ?? '', shell: 'rm -rf ./everything' });
    // The page behind it follows.
    await page.locator('main').getByText('rm -rf ./everything').first().waitFor();
    assert.ok((await dialog.innerText()).includes('sh -c rm -rf ./old\n'), 'the text was changed');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog
      .getByRole('alert')
      .filter({ hasText: /changed/ })
      .waitFor();
    const after = await read();
    assert.equal(after?.state, 'pending');
    assert.equal(after?.authority.approval, null);
  },
);

scene(
  'of a call stands what it may reach and what it sends, of a prompt what it is told',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      await addedByAgent(world, {
        name: 'Tell the hook',
        http: 'POST http://10.0.0.7/hook',
        headers: ['X-Weight: heavy'],
        body: 'all of it',
        allow: ['10.0.0.7'],
        ping: 'https://monitor.example/1',
      });
      await addedByAgent(world, {
        name: 'Read it all',
        prompt: 'Go on.',
        model: 'openai/gpt-5',
        tools: ['shell'],
        contextFrom: ['last'],
      });
    },
  },
  async ({ page }) => {
    const shown = async (name: string): Promise<string> => {
      await page.getByRole('button', { name: `More for ${name}` }).press('Enter');
      await page.getByRole('menuitem', { name: 'Approve…' }).press('Enter');
      const said = await page.getByRole('dialog', { name: `Approve ${name}` }).innerText();
      await page.keyboard.press('Escape');
      return said;
    };
    const call = await shown('Tell the hook');
    for (const part of ['10.0.0.7', 'x-weight', 'with a body', 'https://monitor.example/1'])
      assert.ok(call.replace('http://10.0.0.7/hook', '').includes(part), `no "${part}" in ${call}`);
    const prompt = await shown('Read it all');
    for (const part of ['openai/gpt-5', 'its own last success'])
      assert.ok(prompt.includes(part), `no "${part}" in ${prompt}`);
  },
);
