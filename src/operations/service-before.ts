import type { Instant } from '../core/instant.ts';
import { command, profileOption, Refusal } from '../core/refusal.ts';
import type { ServiceState } from '../core/service-report.ts';
import type { ManagedService, ServiceFile } from '../ports/services.ts';
import { type HomeFacts, nameOf, type ServiceWorld } from './service-world.ts';

/** How a service stands before it is installed. */
export type Before = {
  readonly isActive: boolean;
  readonly isEnabled: boolean;
  /** Its files are just those that it shall have. */
  readonly isSame: boolean;
  /** What it takes until what runs is what lies there; null when it is so already. */
  readonly begins: 'start' | 'restart' | null;
  /** A new process follows; not sure where it is started and its manager did not say whether it runs. */
  readonly isFollowed: boolean;
};

export async function lookBefore(
  world: ServiceWorld,
  {
    service,
    found,
    home,
    programChangedAt,
  }: {
    readonly service: ManagedService;
    readonly found: readonly ServiceFile[];
    readonly home: HomeFacts;
    readonly programChangedAt: Instant | null;
  },
): Promise<Before> {
  const state = await world.manager.state(service);
  const isActive = state.kind === 'known' && state.isActive;
  const isSame = sameFiles(found, service.files);
  // launchd starts what it holds under the name, which may be older than the files, also while nothing runs.
  const isHeld = isActive || (found.length > 0 && !isSame);
  const isUpToDate = isActive && isSame && isCurrent(world, home, programChangedAt);
  const begins = isUpToDate ? null : isHeld ? 'restart' : 'start';
  return {
    isActive,
    isEnabled: state.kind === 'known' && state.isEnabled,
    isSame,
    begins,
    isFollowed: begins === 'restart' || (begins === 'start' && !mayRun(state)),
  };
}

/** To start what runs or is still beginning begins nothing new, and what nobody tells of may run. */
export const mayRun = (state: ServiceState): boolean =>
  state.kind === 'silent' || (state.kind === 'known' && (state.isActive || state.mainPid !== null));

const sameFiles = (one: readonly ServiceFile[], other: readonly ServiceFile[]): boolean =>
  one.length === other.length &&
  other.every(({ path, text }) => one.some((file) => file.path === path && file.text === text));

/**
 * Its files tell nothing about the program: an upgrade lies at the same path, and the record of a killed installation names the new
 * version already. So the process itself is asked what it is and since when it runs. Each tick of a timer is a process of its own.
 */
function isCurrent(
  { plan, version }: ServiceWorld,
  { status }: HomeFacts,
  programChangedAt: Instant | null,
): boolean {
  if (plan.isTimer) return true;
  const own = status.instances.filter(({ provenance }) => provenance.service === nameOf(plan));
  return (
    own.length > 0 &&
    own.every(
      (process) =>
        process.version === version && Date.parse(process.startedAt) >= (programChangedAt ?? 0),
    )
  );
}

/** What somebody wrote into a file of ours goes when it is replaced. They are told, and where such things belong. */
export async function tellOfEdits(
  { plan, tell }: ServiceWorld,
  { records }: HomeFacts,
  found: readonly ServiceFile[],
  hash: (text: string) => string,
): Promise<void> {
  const record = records.find(
    ({ unit, manager }) => unit === plan.unit && manager === plan.manager,
  );
  const file = found.find(({ path }) => path === record?.file);
  if (record === undefined || file === undefined || hash(file.text) === record.sha256) return;
  await tell(
    `${file.path} was edited since it was installed; the edits are replaced. They belong in a drop-in.`,
  );
}

/** A profile has one service of a role: a second one would only fight for what it may not have. */
export function refuseSecond({ plan }: ServiceWorld, { records }: HomeFacts): void {
  const other = records.find(
    ({ role, manager, unit }) =>
      role === plan.role && (manager !== plan.manager || unit !== plan.unit),
  );
  if (other === undefined) return;
  const scope = other.manager.endsWith('-system') || other.manager.endsWith('-daemon');
  throw new Refusal(
    'service_foreign',
    `Profile "${plan.profile}" has a ${plan.role} already: ${other.manager}/${other.unit}.`,
    {
      remedy: command(
        `cronkeeper service uninstall ${plan.role} --${scope ? 'system' : 'user'}${profileOption(plan.profile)}`,
      ),
      details: { service: `${other.manager}/${other.unit}` },
    },
  );
}
