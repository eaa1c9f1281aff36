/**
 * Compares our fire times with the naive minute stepper at every clock change of 2000 to 2040 in every zone.
 *
 *   node scripts/fire-time-grid.ts                 the whole grid
 *   node scripts/fire-time-grid.ts --tenth SEED    about a tenth of it, chosen by the seed
 */
import {
  compareWindow,
  type GridResult,
  gridExpressions,
  gridWindows,
  tenthOfGrid,
} from '../test/schedule/grid.ts';

const flag = process.argv.indexOf('--tenth');
const started = performance.now();
const { windows, zones, distinctZones, allWindows } =
  flag < 0 ? gridWindows() : tenthOfGrid(Number(process.argv[flag + 1] ?? 1));
const result: GridResult = { windows: 0, comparisons: 0, fires: 0, differences: [] };
process.stdout.write(
  `${zones} zones, ${distinctZones} of them distinct; ${allWindows} clock changes, ${windows.length} of them to compare with ${gridExpressions.length} expressions\n`,
);
for (const window of windows) compareWindow(window, result);
for (const difference of result.differences.slice(0, 20)) process.stdout.write(`${difference}\n`);
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
process.stdout.write(
  `windows: ${result.windows}, comparisons: ${result.comparisons}, fire times: ${result.fires}, differences: ${result.differences.length}, ${seconds} s\n`,
);
process.exitCode = result.differences.length === 0 ? 0 : 1;
