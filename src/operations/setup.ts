import { z } from 'zod';
import type { HomeDoor } from '../ports/services.ts';
import type { StatusAnswer } from './answers.ts';
import { importOutput } from './outputs.ts';
import { readStatus } from './service-world.ts';

/** What is there before a scheduler is set up. */
export type SetupFacts = {
  readonly status: StatusAnswer;
  /** Lines of the crontab of that user that can become jobs, and those that cannot. */
  readonly crontab: Pick<z.infer<typeof importOutput>, 'taken' | 'skipped'>;
};

/** What a person agreed to. */
export type SetupWishes = { readonly installs: boolean; readonly lines: readonly number[] };

const takeOver = ['import', 'crontab', '--take-over'];
const takenOver = importOutput.extend({ resumed: z.number() });
export type TakenOver = z.infer<typeof takenOver>;

/** Reads what is there, as the user of the home, and changes nothing. */
export async function lookBeforeSetup(door: HomeDoor): Promise<SetupFacts> {
  const status = await readStatus(door);
  const { taken, skipped } = importOutput.parse(await door.ask([...takeOver, '--plan']));
  return { status, crontab: { taken, skipped } };
}

/** Makes jobs of these lines, and takes them from cron. What an earlier take-over left half done is completed, too. */
export async function takeLines(door: HomeDoor, lines: readonly number[]): Promise<TakenOver> {
  const chosen = lines.flatMap((line) => ['--line', String(line)]);
  return takenOver.parse(await door.ask([...takeOver, ...chosen]));
}

/** Whether a scheduler that starts at boot runs the jobs already. */
export const isSetUp = ({ readiness, holder }: StatusAnswer): boolean =>
  readiness.willRun && holder !== null && holder.provenance.level === 'proven';
