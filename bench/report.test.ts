import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Figure } from './measure.ts';
import { plotLatency } from './plot.ts';
import { joinReports, putFigures, type Report, sayReport, writeReport } from './report.ts';

const what = 'fire latency, one job a second';
const latency = (who: string, p99: number, more: Partial<Figure> = {}): readonly Figure[] => [
  { what, who, statistic: 'p50', value: p99 / 2, unit: 'ms', samples: 30 },
  { what, who, statistic: 'p99', value: p99, unit: 'ms', samples: 30, ...more },
  { what: `${what}: early`, who, statistic: 'total', value: 0, unit: 'count', samples: 30 },
];
const report: Report = {
  runs: [
    {
      surroundings: {
        when: '2026-01-01T00:00:00.000Z',
        machine: '2 × processor',
        node: '24.21.0',
        sqlite: '3.53.4',
        commit: 'abc',
        loadBefore: 0.1,
      },
      took: [{ measure: 'fire-latency', seconds: 3 }],
      loadAfter: 0.2,
    },
  ],
  isQuick: false,
  figures: [
    ...latency('slow peer 1.0', 80, { note: 'not durable' }),
    ...latency('fast peer 2.0', 20),
    ...latency('raw limit', 4),
    ...latency('cronkeeper', 8, { goal: { most: 10 } }),
  ],
  notMeasured: [{ who: 'absent peer', why: 'redis-server is not installed' }],
};

test('a report has ours first, then the raw limit, then peers from best to worst, with ratios', () => {
  const said = sayReport(report);
  const rows = said.split('\n').filter((line) => /^(cronkeeper|raw|fast|slow)/.test(line));
  assert.deepEqual(
    rows.map((row) => row.split(/ {2,}/)[0]),
    ['cronkeeper', 'raw limit', 'fast peer 2.0', 'slow peer 1.0'],
  );
  assert.match(rows[0] ?? '', /met: p99 at most 10 ms/);
  assert.match(rows[1] ?? '', /0\.50/);
  assert.match(rows[3] ?? '', /10 +not durable/);
});

test('a report says what never happened in a line, and what was not measured', () => {
  const said = sayReport(report);
  assert.match(said, /early: never, of all 4/);
  assert.match(said, /not measured: absent peer: redis-server is not installed/);
});

test('a missed goal is called missed, in both forms', () => {
  const missed = { ...report, figures: latency('cronkeeper', 11, { goal: { most: 10 } }) };
  assert.match(sayReport(missed), /MISSED: p99 at most 10 ms/);
  assert.match(writeReport(missed), /11\.0 ms \| at most 10\.0 ms \| \*\*missed\*\*/);
});

test('a goal of at least so much is met by more', () => {
  const rate: Figure = {
    what: 'jobs',
    who: 'cronkeeper',
    statistic: 'median',
    value: 16_000,
    unit: '/s',
    samples: 3,
    goal: { least: 15_000 },
  };
  assert.match(sayReport({ ...report, figures: [rate] }), /met: median at least 15000\/s/);
});

test('figures go between the marks of the page and leave the rest', () => {
  const page = readFileSync(new URL('../docs/PERFORMANCE.md', import.meta.url), 'utf8');
  const put = putFigures(page, 'FIGURES');
  assert.match(put, /-->\n\nFIGURES\n\n<!--/);
  assert.equal(putFigures(put, 'FIGURES'), put);
  assert.throws(() => putFigures('# a page without', 'FIGURES'), /no marks/);
});

test('the picture has a line for everybody and follows the reader’s colours', () => {
  const svg = plotLatency(report.figures);
  assert.equal(svg.match(/<circle/g)?.length, 4);
  assert.equal(svg.match(/circle class="peer hollow"/g)?.length, 1);
  assert.match(svg, /prefers-color-scheme: dark/);
});

test('reports of several runs are one, unless they measured the same', () => {
  const other = {
    ...report,
    figures: latency('cronkeeper', 8).map((one) => ({ ...one, what: 'w' })),
  };
  const both = joinReports([report, other]);
  assert.equal(both.figures.length, report.figures.length + other.figures.length);
  assert.match(
    sayReport(both),
    /load 0.1 before, 0.2 after: fire-latency 3 s\n.*fire-latency 3 s\n/,
  );
  assert.throws(() => joinReports([report, { ...report }]), /measured in two runs/);
});
