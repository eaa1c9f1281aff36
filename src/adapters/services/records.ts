import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../core/provenance.ts';
import {
  parseRecord,
  recordName,
  recordText,
  type ServiceRecord,
  serviceOf,
} from '../../core/service-record.ts';

/** What was installed for a home: one file for each service, in a folder of the home. */
export type Records = {
  /** A file that cannot be read as a record is left out. None when nothing was installed. */
  list(): readonly ServiceRecord[];
  /** On the disk, whole, when this returns. */
  put(record: ServiceRecord): void;
  /** Removes the folder with its last record. Twice is fine. */
  remove(service: Service): void;
};

export function makeRecords(home: string): Records {
  const folder = join(home, 'services');
  return {
    list: () => namesIn(folder).flatMap((name) => parseRecord(textOf(join(folder, name))) ?? []),
    put(record) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      chmodSync(folder, 0o700);
      const path = join(folder, recordName(serviceOf(record)));
      const draft = `${path}.new`;
      writeFileSync(draft, recordText(record), { mode: 0o600, flush: true });
      renameSync(draft, path);
      const handle = openSync(folder, 'r');
      try {
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    },
    remove(service) {
      const path = join(folder, recordName(service));
      rmSync(path, { force: true });
      rmSync(`${path}.new`, { force: true });
      if (namesIn(folder).length === 0) removeFolder(folder);
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is gone, or something else lies in it, which stays.
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
