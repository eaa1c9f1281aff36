import type { InstanceStore } from '../../ports/store.ts';
import type { SqlDriver } from './driver.ts';
import { instanceOf } from './rows.ts';
import * as sql from './sql/instances.ts';

export function instanceStore(driver: SqlDriver): InstanceStore {
  return {
    async report(instance) {
      const { profile, id, seenAt } = instance;
      await driver.run(sql.reportInstance, [profile, id, JSON.stringify(instance), seenAt]);
    },
    async remove(profile, id) {
      await driver.run(sql.removeInstance, [profile, id]);
    },
    async list(profile) {
      return (await driver.all(sql.listInstances, [profile])).map(instanceOf);
    },
  };
}
