import { createHash } from 'node:crypto';
import type { ManagedBy, SeenService } from '../../core/service-drift.ts';
import type { ServiceRecord } from '../../core/service-record.ts';
import { unitProperties } from '../../core/unit-properties.ts';
import { systemdProgram } from './linux.ts';
import { launchdProgram } from './mac.ts';
import type { Sources } from './sources.ts';

const timeoutMs = 1_900;
type Managed = ManagedBy & Pick<SeenService, 'needsReload'>;
const untold: Managed = { file: null, program: null, needsReload: false };

/** Compares nothing: reads what the manager goes by and what lies on the disk. */
export async function seeService(sources: Sources, record: ServiceRecord): Promise<SeenService> {
  const text = sources.readFile(record.file);
  const installedAt = Date.parse(record.installedAt);
  const files = record.program.filter((word) => word.startsWith('/'));
  return {
    ...(await askManager(sources, record)),
    sha256: text === null ? null : createHash('sha256').update(text).digest('hex'),
    changedFiles: files.filter((path) => (changedAt(sources, path) ?? 0) > installedAt),
  };
}

function changedAt(sources: Sources, path: string): number | null {
  try {
    return sources.changedAt(path);
  } catch {
    // What may not be seen from here is not known to have changed.
    return null;
  }
}

async function askManager(sources: Sources, { manager, unit }: ServiceRecord): Promise<Managed> {
  if (manager === 'launchd-agent' || manager === 'launchd-daemon') {
    const job = await sources.run('launchctl', ['list', unit], timeoutMs);
    return job.kind === 'done' ? { ...untold, program: launchdProgram(job.output) } : untold;
  }
  const scope = manager === 'systemd-user' ? ['--user'] : [];
  const properties = 'FragmentPath,ExecStart,NeedDaemonReload';
  const args = [...scope, 'show', '-p', properties, '--', unit];
  const result = await sources.run('systemctl', args, timeoutMs);
  if (result.kind === 'failed') return untold;
  const shown = unitProperties(result.output);
  return {
    file: shown.get('FragmentPath') || null,
    program: systemdProgram(shown.get('ExecStart') ?? ''),
    needsReload: shown.get('NeedDaemonReload') === 'yes',
  };
}
