import { advice, profileOption } from '../core/refusal.ts';
import type { WarningAnswer } from './answers.ts';
import type { CrontabLine } from './crontab.ts';
import type { OperationContext } from './operation.ts';

/** What cron did for these lines and nobody does for their jobs. */
export const importWarnings = (
  { profile }: Pick<OperationContext, 'profile'>,
  lines: readonly CrontabLine[],
): readonly WarningAnswer[] => [...userWarnings(lines), ...mailWarnings(profile, lines)];

function userWarnings(lines: readonly CrontabLine[]): readonly WarningAnswer[] {
  const users = [...new Set(lines.flatMap(({ user }) => user ?? []))];
  if (users.length === 0) return [];
  return [
    {
      code: 'capability_missing',
      message: `These lines ran as ${users.join(', ')}; here every job runs as the user of the owner.`,
      remedy: advice('Run an owner as that user, in a profile of its own.'),
    },
  ];
}

/** An empty MAILTO told cron to mail nothing, so nobody misses it. */
function mailWarnings(profile: string, lines: readonly CrontabLine[]): readonly WarningAnswer[] {
  if (!lines.some(({ variables }) => (variables.get('MAILTO') ?? '') !== '')) return [];
  const option = profileOption(profile);
  return [
    {
      code: 'capability_missing',
      message:
        'cron mailed what these lines said (MAILTO); here it goes to the inbox, and no mail is sent.',
      remedy: advice(
        `Read it: cronkeeper inbox${option}. To have it sent as well: cronkeeper edit JOB${option} --deliver inbox --deliver 'command:mail -s cron ADDRESS' (or ntfy:TOPIC, webhook:URL).`,
      ),
    },
  ];
}
