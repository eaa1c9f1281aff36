/**
 * Tortures the built program.
 *
 *   npm run torture -- --minutes 60 --seed 7 [--ttl 1.5] [--only processes,clock] [--nemeses kill-holder]
 *                      [--json] [--report FILE]
 *
 * Tells what happens while it goes on, then the report; with `--json` the report is one document. Ends with 1 when anything
 * contradicts the promises. Homes with violations are kept.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { faultsOf } from './gate.ts';
import { reportJson, reportLines } from './report.ts';
import { namesIn, torture } from './torture.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    ttl: { type: 'string', default: '1.5' },
    only: { type: 'string', default: '' },
    nemeses: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    report: { type: 'string', default: 'torture-report.txt' },
    /** Of a process that `isolated.ts` started: where to leave what the scenario came to. */
    inside: { type: 'string' },
  },
});

const begun = Date.now();
const told: string[] = [];
const tell = (line: string): void => {
  const seconds = Math.round((Date.now() - begun) / 1_000);
  told.push(`${seconds} s  ${line}`);
  process.stderr.write(`${seconds} s  ${line}\n`);
};
const result = await torture({
  seed: Number(values.seed),
  minutes: Number(values.minutes),
  ttlMs: Number(values.ttl) * 1_000,
  isCrowded: true,
  only: namesIn(values.only),
  nemeses: namesIn(values.nemeses),
  tell,
  isInside: values.inside !== undefined,
});
if (values.inside !== undefined) {
  writeFileSync(values.inside, JSON.stringify(result.scenarios[0]));
  process.exit(0);
}
const lines = reportLines(result);
const faults = faultsOf(result);
for (const fault of faults) lines.push(`FAILED: ${fault}`);
const report = values.json ? reportJson(result) : lines.join('\n');
process.stdout.write(`${report}\n`);
writeFileSync(values.report, `${[...told, '', ...lines, '', reportJson(result)].join('\n')}\n`);
process.exit(faults.length > 0 ? 1 : 0);
