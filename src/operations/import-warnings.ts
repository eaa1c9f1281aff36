import { advice, profileOption } from '../core/refusal.ts';
import type { WarningAnswer } from './answers.ts';
import type { CrontabLine } from './crontab.ts';
import type { OperationContext } from './operation.ts';

/** What cron did for these lines and nobody does for their jobs, and whether they were read as what they are. */
export const importWarnings = (
  { profile, zone, cronZone }: Pick<OperationContext, 'profile' | 'zone' | 'cronZone'>,
  lines: readonly CrontabLine[],
): readonly WarningAnswer[] => [
  ...(columnWarning(lines) ?? userWarnings(lines)),
  ...(cronZone === null || cronZone === zone ? [] : zoneWarnings(profile, [cronZone, zone], lines)),
  ...mailWarnings(profile, lines),
];

/** Users that system crontabs name, and that are no programs. */
const knownUsers: ReadonlySet<string> = new Set([
  'root',
  'nobody',
  'daemon',
  'www-data',
  'apache',
  'ubuntu',
  'debian',
  'ec2-user',
]);
const userName = /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/;

/** A line does not tell whether its first word is a user or a program; most of the lines together do. */
function columnWarning(lines: readonly CrontabLine[]): readonly WarningAnswer[] | null {
  const most = (is: (line: CrontabLine) => boolean): boolean =>
    lines.filter(is).length > lines.length / 2;
  if (most(({ user, script }) => user === null && knownUsers.has(script.split(/\s/)[0] ?? '')))
    return [
      {
        code: 'usage',
        message:
          'Most of these lines begin with the name of a user, as those of a system crontab do; it was taken for the command.',
        remedy: advice('If it is one, remove these jobs and import it with --user-column.'),
      },
    ];
  if (most(({ user }) => user !== null && !userName.test(user)))
    return [
      {
        code: 'usage',
        message:
          'Most of these lines name no user before their command; its first word was taken for one and is lost.',
        remedy: advice(
          'If it is no system crontab, remove these jobs and import it without --user-column.',
        ),
      },
    ];
  return null;
}

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

/** Who has another zone than the machine reads other times in the lines than cron does. */
function zoneWarnings(
  profile: string,
  [cronZone, zone]: readonly [cronZone: string, zone: string],
  lines: readonly CrontabLine[],
): readonly WarningAnswer[] {
  if (lines.every(({ variables }) => variables.has('CRON_TZ'))) return [];
  return [
    {
      code: 'usage',
      message: `The times of these lines are times in ${cronZone}, the zone of this machine, as they are for its cron; your own zone is ${zone}.`,
      remedy: advice(
        `If cron ran them at times of another zone: cronkeeper edit JOB${profileOption(profile)} --tz ${zone}`,
      ),
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
