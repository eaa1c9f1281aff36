import type { ContainerFacts } from '../../core/machine-facts.ts';

/** Kernels that Microsoft builds for the Linux inside Windows: "5.15.153.1-microsoft-standard-WSL2". */
export const isWslKernel = (release: string): boolean => /microsoft|wsl/i.test(release);

/** What tells a container from a machine; none of it is there by chance. */
export function containerKind(seen: {
  has(path: string): boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly manager: string;
}): string | null {
  const { environment, manager } = seen;
  if (environment['KUBERNETES_SERVICE_HOST'] !== undefined) return 'kubernetes';
  if (seen.has('/run/.containerenv')) return 'podman';
  if (seen.has('/.dockerenv')) return 'docker';
  const named = manager || (environment['container'] ?? '');
  if (named === '') return null;
  return /^[a-z][a-z-]{0,30}$/.test(named) ? named : 'container';
}

/** @param cmdline of process 1, its words separated by NUL; empty when it may not be read */
export function initKind(cmdline: string, comm: string): ContainerFacts['init'] {
  if (comm.trim() === 'systemd') return 'manager';
  const words = cmdline.split('\0').slice(0, 4);
  const [program = ''] = words;
  if (program === '' && comm === '') return 'none';
  const name = program.split('/').at(-1) ?? '';
  const isShell = /^(sh|bash|dash|busybox|ash)$/.test(name);
  if (isShell && words.some((word) => /(^|\/)cronkeeper$/.test(word))) return 'ours';
  return /^(node|nodejs)$/.test(name) || comm.trim() === 'node' ? 'node' : 'other';
}
