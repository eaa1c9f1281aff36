/**
 * Compares our fire times with the naive minute stepper at every clock change of 2000 to 2040 in every zone.
 *
 *   node scripts/fire-time-grid.ts                 the whole grid
 *   node scripts/fire-time-grid.ts --tenth SEED    a tenth of the windows, chosen by the seed
 */
import {
  compareWindow,
  type GridResult,
  gridExpressions,
  gridWindows,
  seeded,
} from '../test/schedule/grid.ts';

const flag = process.argv.indexOf('--tenth');
const random = seeded(flag < 0 ? 0 : Number(process.argv[flag + 1] ?? 1));
const started = performance.now();
const { windows, zones, distinctZones, allWindows } = gridWindows();
const chosen = flag < 0 ? windows : windows.filter(() => random() < 0.1);
const result: GridResult = { windows: 0, comparisons: 0, fires: 0, differences: [] };
process.stdout.write(
  `${zones} zones, ${distinctZones} of them distinct; ${allWindows} clock changes, ${windows.length} distinct, ${chosen.length} to compare with ${gridExpressions.length} expressions\n`,
);
for (const window of chosen) compareWindow(window, result);
for (const difference of result.differences.slice(0, 20)) process.stdout.write(`${difference}\n`);
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
process.stdout.write(
  `windows: ${result.windows}, comparisons: ${result.comparisons}, fire times: ${result.fires}, differences: ${result.differences.length}, ${seconds} s\n`,
);
process.exitCode = result.differences.length === 0 ? 0 : 1;
