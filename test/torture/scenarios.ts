import { killNemeses } from './nemeses-kill.ts';
import { pauseNemeses } from './nemeses-pause.ts';
import { lockNemesis } from './nemeses-store.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario. `processes` is played all the time; beside it the others take turns. */
export function scenarios(ttlMs: number): readonly Scenario[] {
  return [
    {
      name: 'processes',
      field: { mix: 'every', ttlMs, roles: ['runner', 'runner'] },
      nemeses: [...killNemeses, ...pauseNemeses, lockNemesis],
    },
  ];
}
