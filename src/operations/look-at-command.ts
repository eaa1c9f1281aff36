import type { JobDefinition } from '../core/job.ts';
import { type CommandLook, commandLookOf, type Hindrance, pathsOf } from '../core/probe.ts';
import { advice, command, type Remedy } from '../core/refusal.ts';
import { shellWord } from '../core/shell-word.ts';
import type { WarningAnswer } from './answers.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';
import type { ProfileView } from './readiness.ts';

/** A look is a moment's work for the owner; who only wants to be warned does not wait for a busy one. */
const briefMs = 300;
const patientMs = 3_000;

/**
 * What stands in the way of a command before it is stored: as its owner finds it where it would start it; where no owner answers, what
 * is certain from here. Null when nothing is known to.
 */
export async function whyNotBegin(
  context: OperationContext,
  { check, lease }: ProfileView,
  definition: JobDefinition,
  patience: 'brief' | 'patient' = 'brief',
): Promise<Hindrance | null> {
  const look = commandLookOf(definition);
  if (look === null) return null;
  const socket = check.kind === 'answered' ? lease.holder?.socket : undefined;
  if (socket !== undefined) {
    const deadlineMs = patience === 'brief' ? briefMs : patientMs;
    const answer = await context.neighbours.examine(socket, look, deadlineMs);
    if (answer !== null) return answer.hindrance;
  }
  return lookFromHere(context, look);
}

/** Only for who asks from a folder of this machine: a door may be confined, and see less than runs do. */
function lookFromHere({ cwd, machine }: OperationContext, look: CommandLook): Hindrance | null {
  if (cwd === null) return null;
  const missing = pathsOf(look).find((path) => machine.isMissing(path));
  if (missing === undefined) return null;
  return missing === look.cwd
    ? { code: 'cwd_missing', message: `The folder "${missing}" does not exist.` }
    : { code: 'command_not_found', message: `There is no command "${missing}".` };
}

/** What mends it, whether the job is stored or not. */
export function beginRemedy({ code }: Hindrance, { cwd }: JobDefinition, profile: string): Remedy {
  if (code === 'cwd_missing') return command(`mkdir -p -- ${shellWord(cwd)}`);
  return advice(
    `Install it for whoever runs the jobs, or name it by its whole path; ${commandIn(profile, 'doctor --env').text} shows their PATH.`,
  );
}

export const beginWarning = (
  hindrance: Hindrance,
  definition: JobDefinition,
  profile: string,
): WarningAnswer => ({
  code: hindrance.code,
  message: `As it is now, it will NOT run: ${hindrance.message}`,
  remedy: beginRemedy(hindrance, definition, profile),
});
