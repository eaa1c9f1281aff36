import assert from 'node:assert/strict';
import { liveWithRun } from './begun.ts';
import { play } from './play.ts';
import { liveIn } from './seed.ts';

const scene = play();

const hostile = [
  '<img src=x onerror=hit()>',
  '<script>hit()</script>',
  '\u001b]8;;javascript:hit()\u001b\\a link\u001b]8;;\u001b\\',
  '\u001b[31;1mred\u001b[0m and plain',
  '\u001b[38;2;1;2;3;4m"><svg/onload=hit()>',
  'right\u202eleft',
].join('\n');

scene('output of a run is text, whatever it says', {}, async ({ page, house }) => {
  let hits = 0;
  await page.exposeFunction('hit', () => {
    hits += 1;
  });
  const { run } = await liveWithRun(house.world, hostile);
  await page.goto(`${house.door.url}/runs/${run}`);
  const lines = page.getByRole('region', { name: 'Lines of the output' });
  await lines.getByText('<img src=x onerror=hit()>', { exact: true }).waitFor();
  await lines.getByText('right‹202E›left').waitFor();
  await lines.getByText('a link', { exact: true }).waitFor();
  const made = lines.locator(':is(img, script, svg, a, iframe, style)');
  assert.equal(await made.count(), 0);
  const red = lines.getByText('red', { exact: true });
  assert.match((await red.getAttribute('class')) ?? '', /text-bad/);
  assert.equal(hits, 0);
});

scene(
  'a run that goes on is followed, and left alone by who scrolls up',
  {},
  async ({ page, house }) => {
    const many = Array.from({ length: 300 }, (_, at) => `line ${at}`).join('\n');
    const { run } = await liveWithRun(house.world, `${many}\n`);
    await page.goto(`${house.door.url}/runs/${run}`);
    await page.getByText('line 299', { exact: true }).waitFor();
    const more = `${many}\nwhat came later\n`;
    house.world.output.set(run, new TextEncoder().encode(more));
    await page.getByText('what came later').waitFor();
    const lines = page.getByRole('region', { name: 'Lines of the output' });
    assert.ok((await lines.locator('[data-index]').count()) < 120);
    await lines.focus();
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: 'Follow', pressed: false }).waitFor();
    await page.getByText('line 0', { exact: true }).waitFor();
    await page.getByRole('searchbox', { name: 'Find in the output' }).fill('came LATER');
    await page.getByText('1 of 301 lines').waitFor();
  },
);

scene(
  'an earlier attempt is read from its beginning, however much the last one wrote',
  {},
  async ({ page, house }) => {
    const { run } = await liveWithRun(house.world, '');
    // What the door would answer after a second attempt that wrote three megabytes.
    await page.route(`**/api/v1/runs/${run}?*`, async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      const [first] = answer.run.attempts;
      const attempts = [first, { ...first, number: 2 }];
      const ended = { state: 'ended', outcome: 'failed', outputBytes: 3_000_000, attempts };
      await route.fulfill({ response, json: { ...answer, run: { ...answer.run, ...ended } } });
    });
    await page.route(`**/api/v1/runs/${run}/log?*`, async (route) => {
      const asked = new URL(route.request().url()).searchParams;
      const from = Number(asked.get('fromByte') ?? 0);
      const whole = Buffer.from(asked.get('attempt') === '1' ? 'what the first try said\n' : '');
      const base64 = whole.subarray(from).toString('base64');
      const nextByte = Math.max(from, whole.length);
      const answer = { run: { state: 'ended' }, base64, nextByte, isAbsent: false };
      await route.fulfill({ json: answer });
    });
    await page.goto(`${house.door.url}/runs/${run}`);
    await page.getByRole('combobox', { name: 'of attempt' }).selectOption('1');
    await page.getByText('what the first try said').waitFor();
  },
);

scene('cancelling asks first, and Escape lets the run go on', {}, async ({ page, house }) => {
  const { run } = await liveWithRun(house.world, '');
  const { runs } = house.world.store;
  await page.goto(`${house.door.url}/runs/${run}`);
  const cancel = page.getByRole('button', { name: 'Cancel run' });
  await cancel.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Cancel this run?' });
  await dialog.getByText(/ended by force after 5 seconds/).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await runs.get('default', run))?.cancelRequested, false);
  await cancel.press('Enter');
  await dialog.getByRole('button', { name: 'Cancel the run' }).press('Enter');
  await page.getByText('Its owner was asked to end it.').waitFor();
  assert.equal((await runs.get('default', run))?.cancelRequested, true);
});

scene('a run tells why, by whom, and how that one proves itself', {}, async ({ page, house }) => {
  const { run } = await liveWithRun(house.world, '');
  await page.goto(`${house.door.url}/runs/${run}`);
  const chain = page.getByRole('list', { name: 'Chain of processes' });
  assert.match(await chain.innerText(), /systemd 1[\s\S]*cronkeeper runner 812/);
  await page.getByText('proven', { exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Who may run it?' }).waitFor();
  await page.getByText(/provenance "proven"/).waitFor();
});

scene(
  'the history is filtered and opened by keys, and its address brings it back',
  { prepare: ({ world }) => liveIn(world) },
  async ({ page }) => {
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    const show = page.getByRole('combobox', { name: 'Show' });
    await show.focus();
    await show.selectOption('missed');
    const rows = page.getByRole('grid', { name: 'Runs' }).getByRole('row', { name: /Missed/ });
    await page.getByText('2 shown').waitFor();
    assert.equal(await rows.count(), 2);
    await page.reload();
    await page.getByText('2 shown').waitFor();
    assert.match(page.url(), /became=missed/);
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nightly backup' }).waitFor();
    await page.getByText('The machine slept.').first().waitFor();
    assert.match(page.url(), /\/runs\/[0-9A-Z]{26}/);
  },
);

scene('an empty history teaches what will be in it', {}, async ({ page, house }) => {
  await page.goto(`${house.door.url}/runs`);
  await page.getByRole('heading', { name: 'Nothing has been decided yet' }).waitFor();
  await page.getByText('cronkeeper runner').first().waitFor();
});
