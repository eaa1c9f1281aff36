import { command, profileOption, Refusal } from '../core/refusal.ts';
import type { ServiceFile } from '../ports/services.ts';
import type { HomeFacts, ServiceWorld } from './service-world.ts';

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
