import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import type { HomeDoor } from '../ports/services.ts';
import type { StatusAnswer } from './answers.ts';
import { importOutput } from './outputs.ts';
import { readStatus } from './service-world.ts';

/** What is there before a scheduler is set up. */
export type SetupFacts = {
  readonly status: StatusAnswer;
  readonly crontab: SetupCrontab;
};

/** The crontab of that user: its lines that can become jobs, those that cannot, and how many jobs a take-over holds. */
export type SetupCrontab =
  | ({ readonly kind: 'read' } & Pick<TakenOver, 'taken' | 'skipped' | 'waiting'>)
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'unreadable'; readonly why: string };

/** What a person agreed to. */
export type SetupWishes = {
  readonly installs: boolean;
  readonly lines: readonly number[];
  /** How many jobs of a take-over that was interrupted shall begin. */
  readonly waiting: number;
};

const takeOver = ['import', 'crontab', '--take-over'];
const takenOver = importOutput.extend({ resumed: z.number(), waiting: z.number() });
export type TakenOver = z.infer<typeof takenOver>;

/**
 * Reads what is there, as the user of the home, and changes nothing.
 *
 * @param asksCrontab whether the crontab is looked at
 */
export async function lookBeforeSetup(door: HomeDoor, asksCrontab: boolean): Promise<SetupFacts> {
  const status = await readStatus(door);
  return { status, crontab: asksCrontab ? await lookAtCrontab(door) : { kind: 'not-asked' } };
}

/** A scheduler can be set up all the same where cron is not for this user, or cannot be asked. */
async function lookAtCrontab(door: HomeDoor): Promise<SetupCrontab> {
  try {
    const { taken, skipped, waiting } = takenOver.parse(await door.ask([...takeOver, '--plan']));
    return { kind: 'read', taken, skipped, waiting };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'crontab_unusable') throw error;
    return { kind: 'unreadable', why: error.message };
  }
}

/** Each line is a job that is made and one that is resumed, and cron is let go of away from a full minute. */
const takeOverMs = 60_000;
const takeLineMs = 1_000;

/** Without a number every line would be taken. */
const noLine = 1_000_000_000;

/** Makes jobs of these lines, and takes them from cron. What an earlier take-over left half done is completed, too. */
export async function takeLines(
  door: HomeDoor,
  { lines, waiting }: Pick<SetupWishes, 'lines' | 'waiting'>,
): Promise<TakenOver> {
  const chosen = (lines.length === 0 ? [noLine] : lines).flatMap((line) => [
    '--line',
    String(line),
  ]);
  const withinMs = takeOverMs + (lines.length + waiting) * takeLineMs;
  return takenOver.parse(await door.ask([...takeOver, ...chosen], { withinMs }));
}

/** Whether a scheduler that starts at boot runs the jobs already. */
export const isSetUp = ({ readiness, holder }: StatusAnswer): boolean =>
  readiness.willRun && holder !== null && holder.provenance.level === 'proven';
