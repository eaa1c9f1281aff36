import { profileOption } from '../../../core/refusal.ts';
import type { ReadinessAnswer } from '../../../operations/answers.ts';
import { escapeLine } from './escape.ts';
import { lines, type Presented, type View } from './view.ts';
import { nothingWillRun } from './words.ts';

/** Where a dashboard is, and how to get in. */
export type Entrance = {
  readonly profile: string;
  readonly url: string;
  /** Lets whoever opens it in, once; null where it would end in a log. */
  readonly link: string | null;
  /** The line that leads here from another machine; null when nobody came from one. */
  readonly tunnel: string | null;
};

export const linkCommand = (profile: string): string =>
  `cronkeeper dashboard link${profileOption(profile)}`;

/** What a first visit needs, in a line. */
export const entranceWords = ({ profile, url, link }: Entrance): string =>
  link === null
    ? `Dashboard: ${url}  A link to get in: ${linkCommand(profile)}`
    : `Dashboard: ${link}  (once, within ten minutes; another: ${linkCommand(profile)})`;

/** @param readiness null of a dashboard that schedules itself */
export function presentEntrance(
  entrance: Entrance,
  readiness: ReadinessAnswer | null,
  view: View,
): Presented {
  const { tunnel } = entrance;
  return {
    text: lines(
      escapeLine(entranceWords(entrance)),
      tunnel === null ? null : `  From your own machine, first: ${escapeLine(tunnel)}`,
      readiness === null
        ? '  It runs the jobs as well, while no runner or gateway does. Ctrl-C ends both.'
        : '  It shows, changes and asks; the owner runs the jobs. Ctrl-C closes it, and jobs go on.',
    ),
    warnings: readiness === null ? '' : nothingWillRun(readiness, 'THESE JOBS', view),
  };
}
