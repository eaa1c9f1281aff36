import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Document, isMap, parseDocument } from 'yaml';
import { advice, Refusal } from '../../core/refusal.ts';

/** The values of `config.yaml` by name; a missing file has none. @throws Refusal `file_invalid` */
export function readConfigFile(path: string): ReadonlyMap<string, unknown> {
  const document = open(path);
  const value: unknown = document.toJS();
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return new Map(entries);
}

/** Sets one value, or removes it with null. The rest of the file stays as it is. On the disk, whole, when this returns. */
export function writeConfigFile(path: string, name: string, value: unknown): void {
  const document = open(path);
  if (value === null) document.delete(name);
  else document.set(name, value);
  const draft = `${path}.new`;
  writeFileSync(draft, document.toString(), { mode: 0o600, flush: true });
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function open(path: string): Document {
  const document = parseDocument(textOf(path));
  const [error] = document.errors;
  if (error !== undefined) throw invalid(path, error.message);
  if (document.contents === null) return new Document({});
  if (!isMap(document.contents)) throw invalid(path, 'It must be a list of names with values.');
  return document;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

const invalid = (path: string, why: string): Refusal =>
  new Refusal('file_invalid', `The settings in ${path} cannot be read: ${why}`, {
    remedy: advice('Mend the file, or move it away to use the defaults.'),
  });
