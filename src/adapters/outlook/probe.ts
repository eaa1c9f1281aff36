import type { Clock } from '../../ports/clock.ts';
import type { OutlookProbe } from '../../ports/outlook.ts';
import { lookLinux } from './linux.ts';
import { lookMac } from './mac.ts';
import { makeRealSources, type Sources } from './sources.ts';

/** @param user whose services would have to linger */
export function makeOutlookProbe(
  { clock, user, home }: { readonly clock: Clock; readonly user: string; readonly home: string },
  sources: Sources = makeRealSources(user, home),
): OutlookProbe {
  return {
    look: () =>
      sources.platform === 'darwin' ? lookMac(sources) : lookLinux(sources, clock.now().wall),
  };
}

/** For a process that starts none: what only a command tells stays unknown. */
export const makeQuietOutlookProbe = (
  about: Parameters<typeof makeOutlookProbe>[0],
  sources: Sources = makeRealSources(about.user, about.home),
): OutlookProbe => makeOutlookProbe(about, { ...sources, run: async () => null });
