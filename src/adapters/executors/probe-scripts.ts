import { failureMessage } from './attempt-folder.ts';
import { grantHint } from './full-disk-access.ts';
import { failureOfProbe, programProbe } from './program-check.ts';
import type { FromStarter, Probe } from './protocol.ts';

/** After so long a probe is killed. */
export const probeMs = 5_000;

/**
 * Modes alone do not tell: macOS lets a protected file be seen and denies the opening, or never answers it. What is neither a file
 * nor a folder is not opened, because a pipe would be waited for, and its writer would be disturbed.
 */
const openIt =
  '[ -r "$2" ] || exit 1; if [ -f "$2" ] || [ -d "$2" ]; then command : <"$2" || exit 4; fi';
const denied = 4;

/** What the shell is told, with the folder as its first argument and the answer's second part as its second. */
export function scriptOf(probe: Probe): readonly [script: string, what: string] {
  const enter = 'cd "$1" 2>/dev/null || exit 3;';
  if (probe.kind === 'program') return [programProbe, probe.program];
  if (probe.kind === 'command') return [`${enter} command -v -- "$2" >/dev/null`, probe.command];
  if (probe.kind === 'writable') return [`${enter} [ -w "$2" ]`, probe.path];
  return [`${enter} ${openIt}`, probe.path];
}

export function describeProgram(
  id: number,
  program: string,
  code: number | null,
  cwd: string,
): FromStarter {
  if (code === 0) return { kind: 'probed', id, unmet: null };
  const reason = code === null ? null : failureOfProbe(code);
  if (reason === null) {
    const message = code === null ? tookTooLong : `Probing ended with code ${code}.`;
    return { kind: 'failed', id, reason: 'not_probed', message };
  }
  const about = reason === 'cwd_missing' ? cwd : program;
  return { kind: 'failed', id, reason, message: failureMessage(reason, about) };
}

const tookTooLong = `Probing took longer than ${probeMs} ms.`;

export function describeProbe(
  probe: Exclude<Probe, { kind: 'program' }>,
  code: number | null,
  cwd: string,
): string | null {
  if (code === 0) return null;
  if (code === null)
    return probe.kind === 'readable'
      ? `Opening "${probe.path}" took longer than ${probeMs} ms.${grantHint()}`
      : tookTooLong;
  if (probe.kind === 'readable' && code === denied)
    return `"${probe.path}" may be read by its modes, but opening it is denied.${grantHint()}`;
  if (code === 3) return `The folder "${cwd}" does not exist or cannot be entered.`;
  return probe.kind === 'command'
    ? `There is no command "${probe.command}".`
    : `"${probe.path}" is not ${probe.kind}.`;
}
