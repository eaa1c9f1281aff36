import type { ChainLink, Provenance, Service } from './provenance.ts';
import { satisfiesLevel } from './provenance.ts';

/** Processes that are service managers themselves. */
const managers: ReadonlySet<string> = new Set(['systemd', 'init', 'launchd']);

const managerWords: Readonly<Record<Service['manager'], string>> = {
  'systemd-system': 'systemd',
  'systemd-user': 'systemd --user',
  'launchd-agent': 'launchd',
  'launchd-daemon': 'launchd',
};

const linkWords = ({ command, pid }: ChainLink): string => `${command} (pid ${pid})`;

/**
 * How a process came to be, from the first process down: `launchd → dev.cronkeeper.gateway.la (pid 812)`. A service is named only
 * when the kernel or its manager names it; of any other process the ancestors are told. `below` is what the process itself started.
 */
export function chainText(
  { level, service, chain }: Pick<Provenance, 'level' | 'service' | 'chain'>,
  below: readonly string[] = [],
): string {
  const down = [...chain].reverse();
  const isServed = service !== null && satisfiesLevel(level, 'corroborated');
  if (!isServed) return [...down.map(linkWords), ...below].join(' → ');
  const [main, ...rest] = down.slice(
    down.findLastIndex(({ command }) => managers.has(command)) + 1,
  );
  const unit = main === undefined ? service.unit : `${service.unit} (pid ${main.pid})`;
  return [managerWords[service.manager], unit, ...rest.map(linkWords), ...below].join(' → ');
}
