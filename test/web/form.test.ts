import assert from 'node:assert/strict';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { jobsEdit } from '../../src/operations/jobs-edit.ts';
import { withHolder } from '../operations/world.ts';
import { play } from './play.ts';

const scene = play();

scene(
  'a job is made by keyboard, and seen before it is saved',
  {
    at: '/jobs',
    prepare: ({ world }) => withHolder(world),
    expected: /40[03].*preview/,
  },
  async ({ page, house }) => {
    await page.getByText('No jobs yet').waitFor();
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'New job' }).waitFor();
    const preview = page.getByRole('complementary', { name: 'Preview' });
    const when = page.getByRole('textbox', { name: 'When should it run?' });
    await when.fill('every day at 2:30');
    await page.getByRole('combobox', { name: 'Zone' }).fill('America/New_York');
    await preview.getByText('30 2 * * * America/New_York').waitFor();
    assert.equal(await preview.getByRole('listitem').count(), 5);
    await preview.getByText('It will run.').waitFor();
    await when.fill('no such time');
    await preview.getByRole('alert').waitFor();
    assert.equal(await when.getAttribute('aria-invalid'), 'true');
    await when.fill('every weekday at 9am');
    await page
      .getByRole('textbox', { name: 'What should it run?' })
      .fill(`./report.sh "two words"`);
    await preview.getByText('two words', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Report');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Report' }).waitFor();
    const [job] = await house.world.store.jobs.byName('default', 'report');
    assert.deepEqual(job?.definition.action, {
      kind: 'command',
      argv: ['./report.sh', 'two words'],
      shell: false,
    });
    assert.deepEqual(job?.definition.schedule, {
      kind: 'cron',
      expression: '0 9 * * 1-5',
      zone: 'America/New_York',
    });
  },
);

scene(
  'what clock changes do stands in the preview',
  {
    at: '/jobs/new',
    prepare: ({ world }) => {
      // The night before clocks are set forward in Berlin, where 02:30 is left out.
      world.advance(Date.UTC(2027, 2, 27, 9) - world.now());
      return withHolder(world);
    },
  },
  async ({ page }) => {
    await page.getByRole('textbox', { name: 'When should it run?' }).fill('30 2 * * *');
    const preview = page.getByRole('complementary', { name: 'Preview' });
    await preview.getByText(/^⚑/).first().waitFor();
  },
);

scene(
  'an edit sends what changed, and does not overwrite what others changed',
  {
    prepare: async ({ world }) => {
      await withHolder(world);
      await world.ask(jobsAdd, {
        when: 'every 1h',
        command: ['./a.sh'],
        name: 'Shared',
        timeout: '5m',
      });
    },
    expected: /409/,
  },
  async ({ page, house }) => {
    const { world } = house;
    const read = async () => (await world.store.jobs.byName('default', 'shared'))[0];
    const id = (await read())?.id ?? '';
    await page.goto(`${house.door.url}/jobs/${id}/edit`);
    const command = page.getByRole('textbox', { name: 'What should it run?' });
    await command.fill('./b.sh');
    await world.ask(jobsEdit, { job: id, timeout: '7m' });
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page
      .getByRole('alert')
      .filter({ hasText: /changed/ })
      .waitFor();
    assert.deepEqual((await read())?.definition.action, {
      kind: 'command',
      argv: ['./a.sh'],
      shell: false,
    });
    await page.getByRole('button', { name: /Show the job as it is now/ }).press('Enter');
    await page.waitForFunction(() => true);
    await page.getByText('./a.sh').first().waitFor();
    await command.fill('./b.sh');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByRole('heading', { name: 'Shared', exact: true }).waitFor();
    const after = await read();
    assert.deepEqual(after?.definition.action, {
      kind: 'command',
      argv: ['./b.sh'],
      shell: false,
    });
    assert.equal(after?.definition.timeoutMs, 420_000);
  },
);

scene(
  'the form opens on the job as it is, not on what was known of it',
  {
    at: '/jobs',
    prepare: async ({ world }) => {
      await withHolder(world);
      await world.ask(jobsAdd, { when: 'every 1h', command: ['./a.sh'], name: 'Shared' });
    },
  },
  async ({ page, house: { world } }) => {
    await page.getByRole('link', { name: 'Shared' }).first().click();
    await page.getByRole('heading', { name: 'Shared' }).waitFor();
    await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
    await page
      .getByRole('row', { name: /Shared/ })
      .getByText('./a.sh')
      .waitFor();
    await world.ask(jobsEdit, { job: 'Shared', command: ['./b.sh'] });
    await page
      .getByRole('row', { name: /Shared/ })
      .getByText('./b.sh')
      .waitFor();
    await page.getByRole('button', { name: 'More for Shared' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Edit' }).press('Enter');
    const command = page.getByRole('textbox', { name: 'What should it run?' });
    assert.equal(await command.inputValue(), './b.sh');
  },
);

scene(
  'a job that its owner could not begin is not said to run when it is saved',
  {
    at: '/jobs/new',
    prepare: async ({ world }) => {
      await withHolder(world);
      const gone = { code: 'command_not_found', message: 'There is no command "gone".' } as const;
      world.looks.set('/run/812.sock gone', gone).set('/run/812.sock here', null);
      await world.ask(jobsAdd, { when: 'every 1h', command: ['here'], name: 'Other' });
    },
  },
  async ({ page, house: { world, door } }) => {
    const said = page.getByRole('region', { name: 'Messages' });
    const command = page.getByRole('textbox', { name: 'What should it run?' });
    await page.getByRole('textbox', { name: 'When should it run?' }).fill('every 1h');
    await command.fill('gone --all');
    await page.getByRole('textbox', { name: 'Name' }).fill('Errand');
    await page.getByRole('button', { name: 'Save the job' }).press('Enter');
    await said.getByText('Saved: Errand.').waitFor();
    await said.getByText('As it is now, it will NOT run: There is no command "gone".').waitFor();
    assert.doesNotMatch(await said.innerText(), /It will run/);
    const [other] = await world.store.jobs.byName('default', 'Other');
    await page.goto(`${door.url}/jobs/${other?.id}/edit`);
    await command.fill('gone');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await said.getByText('Saved: action').waitFor();
    await said.getByText('As it is now, it will NOT run: There is no command "gone".').waitFor();
  },
);

scene(
  'a command with an open quote is not saved as one word',
  { at: '/jobs/new', prepare: ({ world }) => withHolder(world) },
  async ({ page }) => {
    await page.getByRole('textbox', { name: 'When should it run?' }).fill('every 1h');
    const command = page.getByRole('textbox', { name: 'What should it run?' });
    const save = page.getByRole('button', { name: 'Save the job' });
    await command.fill('say "two words');
    await page.getByText('Close the quote in the command first.').waitFor();
    assert.equal(await save.isDisabled(), true);
    await command.fill('say "two words"');
    assert.equal(await save.isDisabled(), false);
  },
);

scene(
  'what was typed is not lost by a click',
  {
    at: '/jobs/new',
    prepare: ({ world }) => withHolder(world),
  },
  async ({ page }) => {
    await page.getByRole('textbox', { name: 'When should it run?' }).fill('every 1h');
    await page.getByRole('link', { name: 'Runs' }).first().click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await page.keyboard.press('Escape');
    assert.match(page.url(), /jobs\/new/);
    await page.getByRole('link', { name: 'Runs' }).first().click();
    await page.getByRole('button', { name: 'Leave' }).press('Enter');
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
  },
);

scene(
  'what opened because a field was wrong stays open while it is put right',
  {
    at: '/jobs/new',
    prepare: ({ world }) => withHolder(world),
    expected: /400.*preview/,
  },
  async ({ page }) => {
    await page.getByRole('textbox', { name: 'When should it run?' }).fill('every 1h');
    await page.getByRole('textbox', { name: 'What should it run?' }).fill('./report.sh');
    await page.getByText('When it is late, long, or fails').click();
    const late = page.getByRole('textbox', { name: 'Late is fine for' });
    await late.fill('soon');
    await page.locator('[aria-invalid=true]').waitFor();
    await late.fill('');
    await late.pressSequentially('10m');
    await page.getByRole('complementary', { name: 'Preview' }).getByText('It will run.').waitFor();
    await page.locator('[aria-invalid=true]').waitFor({ state: 'detached' });
    assert.equal(await late.inputValue(), '10m');
    assert.equal(await late.evaluate((field) => field.matches(':focus')), true);
  },
);
