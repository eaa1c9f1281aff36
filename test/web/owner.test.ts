import assert from 'node:assert/strict';
import { liveWithRun } from './begun.ts';
import { play } from './play.ts';
import { liveIn } from './seed.ts';

const scene = play();
const lived = { prepare: ({ world }: { world: Parameters<typeof liveIn>[0] }) => liveIn(world) };

scene(
  'the owner page tells rule, holder and everyone alive apart',
  lived,
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/owner`);
    const appointed = page.getByRole('region', { name: 'Appointed' });
    await appointed.getByText('Whoever is most proven (auto)').waitFor();
    const holder = page.getByRole('region', { name: 'Holds it now' });
    await holder.getByText('runner 812').first().waitFor();
    await holder.getByText('proven', { exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Alive for this profile' })
      .getByText('runs the jobs')
      .waitFor();
    await page.getByRole('region', { name: 'History' }).waitFor();
    house.world.dead.add(812);
    await holder.getByText('Nobody.').waitFor();
  },
);

scene(
  'appointing says what becomes of the holder before it happens',
  {},
  async ({ page, house }) => {
    await liveWithRun(house.world, '');
    await page.goto(`${house.door.url}/owner`);
    await page.getByRole('button', { name: 'Appoint …' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Appoint the owner' });
    await dialog.getByText('The runner (pid 812) fits this rule and goes on.').waitFor();
    await dialog.getByRole('radio', { name: /Only a gateway/ }).press('Space');
    await dialog.getByText(/does not fit this rule.*releases the profile/).waitFor();
    const { appointments } = house.world.store;
    assert.equal((await appointments.current('default')).version, 1);
    await dialog.getByRole('checkbox', { name: /end its term and its runs now/ }).press('Space');
    await dialog.getByRole('button', { name: 'Appoint, and end it now' }).press('Enter');
    assert.equal((await appointments.current('default')).version, 1, 'force without a reason');
    await dialog.getByRole('checkbox', { name: /end its term and its runs now/ }).press('Space');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('the gateway has the channels');
    await page.keyboard.press('Enter');
    await page.getByText(/Appointed: role gateway/).waitFor();
    const now = await appointments.current('default');
    assert.deepEqual([now.version, now.reason], [2, 'the gateway has the channels']);
  },
);

scene(
  'handing over asks first, and warns that nobody stands by',
  lived,
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/owner`);
    // The first view has asked the owner to look, which is a request as well.
    const waiting = async () =>
      (await house.world.store.requests.waiting('default', 10))
        .map(({ kind }) => kind)
        .filter((kind) => kind !== 'probe');
    await page.getByRole('button', { name: 'Hand over …' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Hand over?' });
    await dialog.getByText(/Nobody stands by/).waitFor();
    assert.deepEqual(await waiting(), []);
    await dialog.getByRole('button', { name: 'Ask it to hand over' }).press('Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await waiting(), ['handover']);
    await page
      .getByRole('region', { name: 'Requests waiting' })
      .getByText('Hand over', { exact: true })
      .waitFor();
  },
);

scene(
  'who may only read is offered nothing to change',
  { ...lived, scope: 'read' },
  async ({ page, house }) => {
    await page.goto(`${house.door.url}/owner`);
    await page.getByRole('region', { name: 'Holds it now' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Appoint|Hand over/ }).count(), 0);
    const [run] = await house.world.store.runs.list('default', { limit: 1 });
    await page.goto(`${house.door.url}/runs/${run?.id}`);
    await page.getByRole('heading', { name: 'Output' }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Cancel run|Retry/ }).count(), 0);
  },
);
