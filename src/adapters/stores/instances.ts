import type { Instance } from '../../core/instance.ts';
import type { InstanceStore } from '../../ports/store.ts';
import type { SqlDriver, SqlSession } from './driver.ts';
import { instanceOf } from './rows.ts';
import * as sql from './sql/instances.ts';

export async function reportInstance(
  session: Pick<SqlSession, 'run'>,
  instance: Instance,
): Promise<void> {
  const { profile, id, seenAt } = instance;
  await session.run(sql.reportInstance, [profile, id, JSON.stringify(instance), seenAt]);
}

export function instanceStore(driver: SqlDriver): InstanceStore {
  return {
    report: (instance) => reportInstance(driver, instance),
    async remove(profile, id) {
      await driver.run(sql.removeInstance, [profile, id]);
    },
    async list(profile) {
      return (await driver.all(sql.listInstances, [profile])).map(instanceOf);
    },
  };
}
