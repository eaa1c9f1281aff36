import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type Reply, serveOpenAi } from '../agents/fake-openai.ts';
import { startDashboard } from '../journeys/dashboard.ts';
import { until } from '../journeys/program.ts';
import { journey, runsOf, statusWhen, willRun } from '../journeys/story.ts';
import { hindrance, openBrowser } from './browser.ts';

/** The chat with a model, as people start it: a server that speaks the protocol of real ones, the page in a real browser. */

const browsers: Awaited<ReturnType<typeof openBrowser>>[] = [];
after(() => Promise.all(browsers.map((browser) => browser.close())));

const jobs: readonly Reply[] = [
  {
    kind: 'calls',
    calls: [
      {
        name: 'jobs_add',
        input: { when: 'in 20 seconds', prompt: 'Remind to stretch', name: 'stretch' },
      },
      {
        name: 'jobs_add',
        input: { when: 'every weekday at 9', prompt: 'summarise ./notes', name: 'notes' },
      },
    ],
  },
  { kind: 'text', pieces: ['Both ', 'are made.\n', 'Stretch comes first.'] },
];

journey(
  'two jobs are asked for in one sentence, and the browser is killed before the answer',
  async (person, t) => {
    if (hindrance !== null) return t.skip(hindrance);
    // The chat comes first; whoever asks later is the job that fires.
    const server = await serveOpenAi(
      (_asked, index) => jobs[index] ?? { kind: 'text', pieces: ['Stretch!'] },
    );
    t.after(() => server.close());
    for (const [name, value] of [
      ['models.fake.url', server.url],
      ['model', 'fake/fake-1'],
    ] as const)
      await person.type(['config', 'set', name, value]);
    person.start(['runner']);
    const { link } = await startDashboard(person);
    await statusWhen(person, 'jobs will run', willRun, 20_000);
    const enter = async (url: string) => {
      const browser = await openBrowser();
      browsers.push(browser);
      const page = await browser.newPage();
      page.setDefaultTimeout(20_000);
      await page.goto(url);
      await page.getByRole('link', { name: 'Chat' }).first().click();
      return { browser, page };
    };
    const { browser, page } = await enter(link);
    await page.getByText('A model answers here.').waitFor();
    const field = page.getByRole('textbox', { name: 'What would you like?' });
    await field.fill(
      'remind me in 20 seconds to stretch, then every weekday at 9 summarise ./notes',
    );
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await field.press('Enter');
    await sent;
    await browser.close();
    const [run] = await until(
      'the first of them ran',
      async () => {
        const { answer } = await person.ask(['list']);
        if (answer.list('jobs').length < 2) return undefined;
        const runs = await runsOf(person, 'stretch');
        return runs.some((one) => one.at('state').value === 'ended') ? runs : undefined;
      },
      60_000,
    );
    assert.equal(run?.text('outcome'), 'succeeded');
    const { answer } = await person.ask(['list']);
    assert.deepEqual(
      answer
        .list('jobs')
        .map((job) => [job.text('name'), job.text('madeBy', 'kind')])
        .sort(),
      [
        ['notes', 'chat'],
        ['stretch', 'chat'],
      ],
    );
    const { out } = await person.type(['dashboard', 'link']);
    const again = await enter(out.split(/\s/).find((word) => word.includes('#link=')) ?? '');
    await again.page.getByText('Stretch comes first.').waitFor();
    await again.page.getByRole('region', { name: 'stretch' }).first().waitFor();
    await again.page.getByRole('region', { name: 'notes' }).first().waitFor();
  },
);
