import { scopes } from '../../../core/access.ts';
import { Refusal } from '../../../core/refusal.ts';
import { isSet, textOf } from '../call.ts';
import type { CliHost, ProcessKind } from '../host.ts';
import { portOf } from '../port.ts';
import type { Action, Fields } from '../spec.ts';

/** The door does not live as a process: it hands over to who can. */
const process =
  (kind: ProcessKind): Action =>
  ({ host, globals, own }) =>
    host.runProcess(kind, {
      ...globals,
      replace: isSet(own, 'replace'),
      withDashboard: kind === 'up' && !isSet(own, 'noDashboard'),
    });

export const up = process('up');
export const runner = process('runner');
export const gateway = process('gateway');
export const tick = process('tick');

export const dashboard: Action = ({ host, globals, own }) =>
  host.runDashboard({
    ...globals,
    schedules: isSet(own, 'schedule'),
    isDesktop: isSet(own, 'desktop') || isOfDesktop(host.env),
    host: textOf(own, 'host'),
    port: portOf(own),
    cert: textOf(own, 'cert'),
    key: textOf(own, 'key'),
    proxies: listOf(own, 'proxies'),
    origin: textOf(own, 'origin'),
    opens: !isSet(own, 'noOpen') && !globals.json,
  });

export const mcp: Action = async ({ host, globals, own }) => {
  const said = textOf(own, 'scope') ?? 'edit';
  // Nothing that needs more is a tool, so more would mean nothing.
  const scope = scopes.find((one) => one === said && one !== 'admin');
  if (scope === undefined)
    throw new Refusal('usage', '--scope: it must be read, operate or edit.', {
      kind: 'usage',
      details: { field: 'scope' },
    });
  // A person who types this sees nothing happen, and an agent never has a terminal here.
  if (host.stdinIsTty)
    await host.stderr.write(
      'This waits for an agent, which is meant to start it. How: cronkeeper mcp --help\n',
    );
  return host.runMcp({ ...globals, scope });
};

const listOf = (own: Fields, name: string): readonly string[] => {
  const value = own[name];
  return Array.isArray(value) ? value.map(String) : [];
};

/** Applications say so to what they start; that of Hermes has a name of its own for it. */
const isOfDesktop = ({ CRONKEEPER_DESKTOP, HERMES_DESKTOP }: CliHost['env']): boolean =>
  CRONKEEPER_DESKTOP === '1' || HERMES_DESKTOP === '1';
