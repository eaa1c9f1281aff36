import type { ServicePlan } from './service-plan.ts';
import { type ServiceRole, serviceRoles } from './service-record.ts';

/** By what a service file is known to be ours, and whose. */
export type ServiceMarks = {
  readonly home: string;
  readonly user: string;
  readonly profile: string;
  readonly role: ServiceRole;
};

const section = '[X-Cronkeeper]';

/** A section that systemd skips, as its name begins with `X-`. A value in JSON ends with a quote, so no line goes on in the next. */
export const marksText = ({ home, user, profile, role }: ServiceMarks): string =>
  [
    section,
    `Home=${JSON.stringify(home)}`,
    `User=${JSON.stringify(user)}`,
    `Profile=${JSON.stringify(profile)}`,
    `Role=${JSON.stringify(role)}`,
  ].join('\n');

/** The marks in the text of a unit; null when it is not ours. */
export function readMarks(text: string): ServiceMarks | null {
  const lines = text.split('\n');
  const start = lines.indexOf(section);
  if (start < 0) return null;
  const values = new Map<string, string>();
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith('[')) break;
    const [, key = '', json = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    const value = parseText(json);
    if (value !== null) values.set(key, value);
  }
  const [home, user, profile] = ['Home', 'User', 'Profile'].map((key) => values.get(key));
  const role = serviceRoles.find((name) => name === values.get('Role'));
  if (home === undefined || user === undefined || profile === undefined) return null;
  return role === undefined ? null : { home, user, profile, role };
}

function parseText(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    // A line that somebody changed by hand is no mark.
    return null;
  }
}

/** Whether a file belongs to the same service of the same home. */
export const isMarkedFor = (marks: ServiceMarks, plan: ServicePlan): boolean =>
  marks.home === plan.home && marks.profile === plan.profile && marks.role === plan.role;
