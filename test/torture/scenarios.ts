import {
  clockNemeses,
  fakeClockEnv,
  removeFakeClockTraces,
  whyNoFakeClock,
} from './nemeses-clock.ts';
import { diskNemesis, mountSmall, unmount, whyNoMount } from './nemeses-disk.ts';
import { killNemeses } from './nemeses-kill.ts';
import { loadNemeses } from './nemeses-load.ts';
import { pauseNemeses } from './nemeses-pause.ts';
import { pidNemesis } from './nemeses-pids.ts';
import { lockNemesis } from './nemeses-store.ts';
import type { Nemesis } from './nemesis.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario. `processes` is played all the time, or half of it; beside it or after it the others take turns. */
export function scenarios(ttlMs: number): readonly Scenario[] {
  return [
    {
      name: 'processes',
      field: { mix: 'every', ttlMs, roles: ['runner', 'runner'] },
      nemeses: [...killNemeses, ...pauseNemeses, lockNemesis],
    },
    {
      name: 'load',
      field: {
        mix: 'hostile',
        ttlMs,
        roles: ['runner', 'runner', 'runner'],
        // The holder prunes all the time.
        settings: { keepRunsFor: '90s' },
      },
      nemeses: [...loadNemeses, ...named('kill-holder', 'kill-starter', 'pause-holder')],
    },
    {
      name: 'clock',
      field: {
        mix: 'few',
        ttlMs,
        roles: ['runner', 'gateway'],
        // Nothing is to be pruned because the clock was set far forward.
        settings: { keepRunsFor: '3000d' },
        env: fakeClockEnv,
        cleanUp: removeFakeClockTraces,
      },
      nemeses: [...clockNemeses, ...named('kill-holder', 'pause-holder', 'kill-all')],
      whyNot: whyNoFakeClock,
    },
    {
      name: 'disk',
      field: {
        mix: 'few',
        ttlMs,
        roles: ['runner', 'runner'],
        prepare: mountSmall,
        cleanUp: unmount,
      },
      nemeses: [diskNemesis, lockNemesis, ...named('kill-holder', 'kill-all', 'pause-holder')],
      whyNot: whyNoMount,
    },
    {
      name: 'pids',
      field: { mix: 'few', ttlMs, roles: ['runner'] },
      nemeses: [pidNemesis, ...named('kill-holder')],
      isIsolated: true,
      whyNot: whyNoMount,
    },
  ];
}

/** Nemeses for processes, fewer than what the scenario is about. */
const named = (...names: readonly string[]): readonly Nemesis[] =>
  [...killNemeses, ...pauseNemeses]
    .filter(({ name }) => names.includes(name))
    .map((nemesis) => ({ ...nemesis, weight: 1.2 }));
