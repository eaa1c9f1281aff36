import type { Sabotage } from './sabotage.ts';

/** Who may run: election, lease, fence. */
export const ownership: readonly Sabotage[] = [
  {
    name: 'no fence: a former holder may still write',
    file: 'src/adapters/stores/fence.ts',
    find: 'if (held === 1) return',
    put: 'if (held >= 0) return',
    by: { file: 'test/conformance/sqlite.test.ts', red: /fenced/ },
  },
];
