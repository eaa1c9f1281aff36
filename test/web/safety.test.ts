import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { jobsPause } from '../../src/operations/jobs-state.ts';
import { withHolder } from '../operations/world.ts';
import { play } from './play.ts';
import { pageFolder } from './stage.ts';

const scene = play();

/** Each would call `hit` if anything of it ever became more than text. */
const corpus: readonly string[] = [
  `<script>hit()</script>`,
  `<img src=x onerror=hit()>`,
  `"><svg/onload=hit()>`,
  `'-hit()-'`,
  `javascript:hit()`,
  `{{constructor.constructor('hit()')()}}`,
  `</title></textarea></style><script>hit()</script>`,
  `<iframe srcdoc="<script>parent.hit()</script>">`,
  `<a href="javascript:hit()" autofocus onfocus=hit()>x</a>`,
  `<style>@import 'javascript:hit()'</style>`,
  `__proto__`,
];

scene(
  'text in any field stays text',
  {
    expected: /404.*profile=%3Cimg/,
    prepare: async ({ world }) => {
      await withHolder(world);
      for (const text of corpus) {
        const { job } = await world.ask(jobsAdd, {
          when: 'every 1h',
          name: text,
          command: ['x', text],
          cwd: `/${text}`,
          env: [`A=${text}`],
        });
        await world.ask(jobsPause, { job: job.id, reason: text });
      }
    },
  },
  async ({ page, house }) => {
    let hits = 0;
    await page.exposeFunction('hit', () => {
      hits += 1;
    });
    const elements = () =>
      page.locator('#root :is(script, iframe, style, img, a[href^=javascript])').count();
    const jobs = await house.world.store.jobs.list('default', { after: null, limit: 100 });
    assert.equal(jobs.length, corpus.length);
    await page.goto(`${house.door.url}/jobs`);
    for (const text of corpus) await page.getByText(text, { exact: true }).first().waitFor();
    assert.equal(await elements(), 0);
    for (const { id, definition } of jobs.slice(0, 4)) {
      await page.goto(`${house.door.url}/jobs/${id}`);
      await page.getByRole('heading', { name: definition.name }).waitFor();
      assert.equal(await elements(), 0);
    }
    const [first] = jobs;
    await page.goto(`${house.door.url}/jobs/${first?.id}/edit`);
    await page.getByRole('textbox', { name: 'What should it run?' }).waitFor();
    const search = encodeURIComponent(corpus[1] ?? '');
    await page.goto(`${house.door.url}/jobs?search=${search}&state=%3Cscript%3E&profile=%3Cimg%3E`);
    await page
      .getByRole('alert')
      .filter({ hasText: /profile/ })
      .first()
      .waitFor();
    assert.equal(await elements(), 0);
    assert.equal(hits, 0);
  },
);

test('the scripts of the page are below 250 kB together, and none comes from elsewhere', () => {
  const scripts = globSync('assets/*.js', { cwd: pageFolder });
  assert.ok(scripts.length > 5);
  const bytes = scripts.reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(pageFolder, name))).length,
    0,
  );
  assert.ok(bytes < 250_000, `${bytes} bytes`);
  const html = readFileSync(join(pageFolder, 'index.html'), 'utf8');
  assert.doesNotMatch(html, /(?:src|href)="(?!\/)/);
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=/);
});
