import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tickPeriodMs } from './tick-period.ts';

const cases: readonly {
  readonly name: string;
  readonly startedAt: readonly number[];
  readonly period: number | null;
}[] = [
  { name: 'no tick tells nothing', startedAt: [], period: null },
  { name: 'one tick tells nothing', startedAt: [0], period: null },
  { name: 'two that were typed tell nothing', startedAt: [1_000, 0], period: null },
  { name: 'many that were typed tell nothing', startedAt: [40e3, 30e3, 9e3, 2e3, 0], period: null },
  { name: 'a minute is a period', startedAt: [60_000, 0], period: 60_000 },
  { name: 'a late tick and one in time are a minute', startedAt: [59_900, 0], period: 60_000 },
  { name: 'one that is late is a little more', startedAt: [60_200, 0], period: 60_200 },
  { name: 'fifteen seconds of lateness are much', startedAt: [45_000, 0], period: 60_000 },
  { name: 'more is no timer', startedAt: [44_999, 0], period: null },
  { name: 'one typed between two does not hide them', startedAt: [60e3, 20e3, 0], period: 60_000 },
  { name: 'one typed after two does not hide them', startedAt: [61e3, 60e3, 0], period: 61_000 },
  { name: 'the order does not matter', startedAt: [0, 300_000], period: 300_000 },
  { name: 'the newest count', startedAt: [900e3, 300e3, 240e3, 180e3], period: 600_000 },
];
for (const { name, startedAt, period } of cases)
  test(`of the period of ticks: ${name}`, () =>
    assert.equal(tickPeriodMs(startedAt.map((at) => ({ startedAt: at }))), period));
