/** What one look at a process tells. `hidden`: it may exist, but this process may not see it. */
export type Sight =
  | { readonly kind: 'seen'; readonly startMark: string; readonly ended: boolean }
  | { readonly kind: 'gone' }
  | { readonly kind: 'hidden' };

/** The platform's part of the process table. All of it is synchronous and takes milliseconds at most. */
export type ProcessReader = {
  machineId(): string | null;
  bootId(): string;
  /** Empty where the platform has no pid namespaces. */
  pidNamespace(): string;
  look(pid: number): Sight;
};

/**
 * Start mark and state from `ps -o state=,lstart= -p PID` in the C locale and UTC: "S+   Sun Nov 22 05:19:23 2026".
 *
 * @returns null when no process is listed
 */
export function parsePsLine(text: string): { startMark: string; ended: boolean } | null {
  const match = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(text.split('\n')[0] ?? '');
  if (!match) return null;
  const [, state = '', lstart = ''] = match;
  return { startMark: lstart.replace(/\s+/g, ' '), ended: state.startsWith('Z') };
}

/** The machine's identifier from `ioreg -rd1 -c IOPlatformExpertDevice`, in lower case without dashes. */
export function parsePlatformUuid(text: string): string | null {
  const match = /"IOPlatformUUID"\s*=\s*"([0-9A-Fa-f-]{36})"/.exec(text);
  return match?.[1]?.replaceAll('-', '').toLowerCase() ?? null;
}

/** The identifier in `/etc/machine-id`; null while it is empty or "uninitialized", as in images of containers. */
export function parseMachineId(text: string): string | null {
  const id = text.trim();
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : null;
}
