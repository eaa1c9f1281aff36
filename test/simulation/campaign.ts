import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('./simulate.ts', import.meta.url));

/** What the storms of many seeds came to. */
export type Campaign = {
  readonly seeds: number;
  readonly wakeUps: number;
  readonly begins: number;
  readonly checks: number;
  readonly virtualMs: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly failed: readonly { readonly seed: number; readonly faults: readonly string[] }[];
};

const nothing: Campaign = {
  seeds: 0,
  wakeUps: 0,
  begins: 0,
  checks: 0,
  virtualMs: 0,
  injected: {},
  failed: [],
};

/**
 * Runs the storms of seeds `first` to `last` in processes of their own: the test runner's bookkeeping of promises would make them
 * twice as slow. What a process says on its standard error is passed on.
 */
export async function runCampaign(
  first: number,
  last: number,
  { processes = 2, rounds }: { readonly processes?: number; readonly rounds?: number } = {},
): Promise<Campaign> {
  const parts = Array.from({ length: processes }, (_, index) =>
    runPart([first + index, last, processes], rounds),
  );
  return (await Promise.all(parts)).reduce(add, nothing);
}

async function runPart(
  seeds: readonly [first: number, last: number, step: number],
  rounds: number | undefined,
): Promise<Campaign> {
  const child = spawn(process.execPath, [worker, ...seeds.map(String)], {
    env: rounds === undefined ? process.env : { ...process.env, ROUNDS: String(rounds) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const said: unknown = JSON.parse(Buffer.concat(parts).toString() || 'null');
  if (code !== 0 || !isCampaign(said))
    throw new Error(`the storms from seed ${seeds[0]} on ended with exit code ${code}`);
  return said;
}

const isCampaign = (value: unknown): value is Campaign =>
  typeof value === 'object' && value !== null && 'seeds' in value && 'failed' in value;

const add = (one: Campaign, other: Campaign): Campaign => ({
  seeds: one.seeds + other.seeds,
  wakeUps: one.wakeUps + other.wakeUps,
  begins: one.begins + other.begins,
  checks: one.checks + other.checks,
  virtualMs: one.virtualMs + other.virtualMs,
  injected: sumOf(one.injected, other.injected),
  failed: [...one.failed, ...other.failed],
});

function sumOf(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum = { ...one };
  for (const [kind, count] of Object.entries(other)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** Faults that were injected, all kinds together. A strike at a call counts when it struck, not when it was planned. */
export function faultsOf({ injected }: Campaign): number {
  let sum = 0;
  for (const [kind, count] of Object.entries(injected))
    if (!kind.endsWith('at a call') && kind !== 'join') sum += count;
  return sum;
}
