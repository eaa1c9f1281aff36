import type { InstanceAnswer, StatusAnswer } from '../../../operations/answers.ts';
import { escapeLine } from './escape.ts';
import type { View } from './view.ts';
import { wrap } from './width.ts';
import { capital } from './words.ts';

const mostNamed = 4;

/** "hermes serve, port 9120": what a process of another program is. */
export const foreignWords = ({ command, port }: InstanceAnswer): string =>
  port === null ? command : `${command}, port ${port}`;

/** Schedulers of other programs, a line for each program: they run its jobs, so they are no company of ours. */
export function foreignLines(
  { instances, foreignTimers }: Pick<StatusAnswer, 'instances' | 'foreignTimers'>,
  view: View,
): readonly string[] {
  const foreign = instances.filter(isOfOthers);
  const programs = new Set([...foreign, ...foreignTimers].map(({ program }) => program));
  return [...programs].map((program) => {
    const parts = [
      ...foreign.filter((one) => one.program === program).map(instanceWords),
      ...foreignTimers
        .filter((one) => one.program === program)
        .map(({ name, isEnabled }) => `${name}${isEnabled === false ? ' (not enabled)' : ''}`),
    ];
    const rest = parts.length > mostNamed ? `, and ${parts.length - mostNamed} more` : '';
    const named = parts.slice(0, mostNamed).map(escapeLine).join(', ');
    const owner = capital(escapeLine(program));
    const text = `  ${owner} schedules its own jobs here, not ours: ${named}${rest}.`;
    return wrap(text, view.columns, '    ');
  });
}

/** A row of ours may say `foreign`, too: of one who executes our jobs, and that is a warning. */
export const isOfOthers = ({ standing, program }: InstanceAnswer): boolean =>
  standing === 'foreign' && program !== 'cronkeeper';

const instanceWords = ({ role, pid, port }: InstanceAnswer): string =>
  `${role} pid ${pid}${port === null ? '' : ` (port ${port})`}`;
