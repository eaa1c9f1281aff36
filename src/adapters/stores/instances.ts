import type { InstanceStore } from '../../ports/store.ts';
import { commit, type SqlDriver } from './driver.ts';
import { instanceOf } from './rows.ts';
import * as sql from './sql/instances.ts';

export function instanceStore(driver: SqlDriver): InstanceStore {
  return {
    async report(instance) {
      const { profile, id, seenAt } = instance;
      const values = [profile, id, JSON.stringify(instance), seenAt];
      await driver.transaction(
        async (session) => commit(await session.run(sql.reportInstance, values)),
        'fleeting',
      );
    },
    async remove(profile, id) {
      await driver.run(sql.removeInstance, [profile, id]);
    },
    async list(profile) {
      return (await driver.all(sql.listInstances, [profile])).map(instanceOf);
    },
  };
}
