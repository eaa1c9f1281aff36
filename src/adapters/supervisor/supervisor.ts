import type { Clock } from '../../ports/clock.ts';
import type { Supervisor } from '../../ports/supervisor.ts';
import { askFate, askManager } from './fate.ts';
import { Notifier, readAddress } from './notifier.ts';

/** The service manager above this process. @param options.env the environment that it was started with */
export function makeSupervisor(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Clock;
}): Supervisor {
  const address = readAddress(options.env, options.pid);
  const notifier = address === null ? null : new Notifier(address, options.clock);
  return {
    patienceMs: address?.patienceMs ?? null,
    atWork: () => notifier?.atWork(),
    fate: (service) => askFate(service, askManager),
    close: () => notifier?.close(),
  };
}
