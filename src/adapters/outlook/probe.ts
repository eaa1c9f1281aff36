import type { Clock } from '../../ports/clock.ts';
import type { OutlookProbe } from '../../ports/outlook.ts';
import { lookLinux } from './linux.ts';
import { lookMac } from './mac.ts';
import { realSources, type Sources } from './sources.ts';

export const makeOutlookProbe = (clock: Clock, sources: Sources = realSources): OutlookProbe => ({
  look: () =>
    sources.platform === 'darwin' ? lookMac(sources) : lookLinux(sources, clock.now().wall),
});

/** For a process that starts none: what only a command tells stays unknown. */
export const makeQuietOutlookProbe = (clock: Clock, sources: Sources = realSources): OutlookProbe =>
  makeOutlookProbe(clock, { ...sources, run: async () => null });
