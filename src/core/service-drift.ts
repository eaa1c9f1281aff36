import type { ServiceRecord } from './service-record.ts';

/** What a manager goes by for a service; null where it does not tell. */
export type ManagedBy = {
  /** The file, an absolute path. */
  readonly file: string | null;
  /** The words that it executes, with single spaces between them. */
  readonly program: string | null;
};

/** What is seen of an installed service at a moment. */
export type SeenService = ManagedBy & {
  /** Of the text of the file that was installed, as it is now; null when it cannot be read. */
  readonly sha256: string | null;
  /** Files among the words of the program that were replaced or changed since the installation. */
  readonly changedFiles: readonly string[];
  /** The manager has not read its files again since they changed. */
  readonly needsReload: boolean;
};

/** In unit files a dollar is written twice, and some versions of systemd show it so. */
const plain = (text: string): string => text.replaceAll('$$', '$');

/**
 * Whether the manager goes by another file, or executes another program, than what was installed under this name: then the service
 * has only the name in common with it. Null when it does not, else a sentence.
 */
export function lookAlike(
  record: Pick<ServiceRecord, 'file' | 'program'>,
  { file, program }: ManagedBy,
): string | null {
  if (file !== null && file !== record.file)
    return `The service manager goes by ${file}, but ${record.file} was installed.`;
  const installed = record.program.join(' ');
  if (program !== null && plain(program) !== plain(installed))
    return `The service manager executes "${program}", but "${installed}" was installed.`;
  return null;
}

export type Drift = {
  readonly kind: 'look-alike' | 'text' | 'reload' | 'binary';
  /** One sentence. */
  readonly message: string;
};

/** Everything in which a service differs from what was installed; a look-alike first. */
export function findDrift(record: ServiceRecord, seen: SeenService): readonly Drift[] {
  const drifts: Drift[] = [];
  const other = lookAlike(record, seen);
  if (other !== null) drifts.push({ kind: 'look-alike', message: other });
  if (seen.sha256 === null)
    drifts.push({ kind: 'text', message: `${record.file}, which was installed, cannot be read.` });
  else if (seen.sha256 !== record.sha256)
    drifts.push({ kind: 'text', message: `${record.file} was changed since it was installed.` });
  if (seen.needsReload)
    drifts.push({ kind: 'reload', message: 'The service manager has not read its files again.' });
  for (const path of seen.changedFiles)
    drifts.push({
      kind: 'binary',
      message: `${path} was replaced or changed since the installation.`,
    });
  return drifts;
}
