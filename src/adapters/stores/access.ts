import { type Credential, credentialKinds, scopes } from '../../core/access.ts';
import type { AccessStore } from '../../ports/access.ts';
import { record } from './audit.ts';
import { document, integer, integerOrNull, oneOf, text } from './columns.ts';
import { commit, rollback, type SqlDriver, type SqlRow, type SqlSession } from './driver.ts';
import { nameKey } from './rows.ts';
import * as sql from './sql/access.ts';

const areNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

const credentialOf = (row: SqlRow): Credential => ({
  id: text(row, 'id'),
  kind: oneOf(row, 'kind', credentialKinds),
  name: text(row, 'name'),
  scope: oneOf(row, 'scope', scopes),
  profiles: row['profiles'] === null ? null : document(row, 'profiles', areNames),
  createdAt: integer(row, 'created_at'),
  createdBy: text(row, 'created_by'),
  expiresAt: integerOrNull(row, 'expires_at'),
  usedAt: integerOrNull(row, 'used_at'),
});

async function insert(session: SqlSession, one: Credential, digest: string): Promise<boolean> {
  const changed = await session.run(sql.insertCredential, [
    one.id,
    one.kind,
    one.name,
    nameKey(one.name),
    one.scope,
    one.profiles === null ? null : JSON.stringify(one.profiles),
    digest,
    one.createdAt,
    one.createdBy,
    one.expiresAt,
    one.usedAt,
  ]);
  return changed > 0;
}

export function accessStore(driver: SqlDriver): AccessStore {
  return {
    async add(credential, digest, entry) {
      return driver.transaction<'added' | 'taken'>(async (session) => {
        await session.run(sql.removeExpired, [credential.createdAt]);
        if (!(await insert(session, credential, digest))) return rollback('taken');
        await record(session, entry);
        return commit('added');
      });
    },
    async find(digest) {
      const [row] = await driver.all(sql.findCredential, [digest]);
      return row === undefined ? null : credentialOf(row);
    },
    async spend(linkDigest, now, made, entry) {
      return driver.transaction<boolean>(async (session) => {
        if ((await session.run(sql.spendLink, [linkDigest, now])) === 0) return rollback(false);
        await insert(session, made.credential, made.digest);
        await record(session, entry);
        return commit(true);
      });
    },
    async markUsed(id, at) {
      await driver.run(sql.markUsed, [id, at]);
    },
    async list(limit) {
      return (await driver.all(sql.listCredentials, [limit])).map(credentialOf);
    },
    async existing(ids) {
      const found = new Set<string>();
      for (const id of ids) {
        if ((await driver.all(sql.credentialExists, [id])).length > 0) found.add(id);
      }
      return found;
    },
    async revoke(id, entry) {
      return driver.transaction<Credential | null>(async (session) => {
        const [row] = await session.all(sql.getCredential, [id]);
        if (row === undefined) return rollback(null);
        await session.run(sql.removeCredential, [id]);
        await record(session, entry);
        return commit(credentialOf(row));
      });
    },
  };
}
