import { advice, command, Refusal } from '../../../core/refusal.ts';
import { type ServiceRole, serviceRoles } from '../../../core/service-record.ts';
import { isSet, jsonLine, numberOf, optionOf, plainView, print, textOf } from '../call.ts';
import { portOf } from '../port.ts';
import { escapeLine } from '../present/escape.ts';
import { presentService, serviceDocument } from '../present/services.ts';
import { lines, plain } from '../present/view.ts';
import type { RecordRequest, ServiceRequest } from '../service.ts';
import type { Action, Call, Fields } from '../spec.ts';

const nothingWillRun = 4;
const usualLines = 100;

const act =
  (verb: ServiceRequest['verb']): Action =>
  async (call) => {
    const { host, globals } = call;
    const request = requestOf(call, verb);
    const outcome = await host.service(request, async (line) => {
      if (!globals.json) await host.stdout.write(lines(escapeLine(line)));
    });
    const view = plainView(host, globals.verbose, globals.home);
    await print(call, serviceDocument(outcome), presentService(outcome, request, view));
    const isDown =
      verb === 'status' &&
      outcome.kind === 'controlled' &&
      !(outcome.state.kind === 'known' && outcome.state.isActive);
    return isDown ? nothingWillRun : 0;
  };

export const install = act('install');
export const uninstall = act('uninstall');
export const start = act('start');
export const stop = act('stop');
export const restart = act('restart');
export const status = act('status');

function requestOf({ globals, own }: Call, verb: ServiceRequest['verb']): ServiceRequest {
  const reason = textOf(own, 'reason')?.trim() || null;
  const appoints = isSet(own, 'appoint');
  if (appoints && reason === null)
    throw usage('To replace an appointment needs a reason, for the history.', 'Add --reason TEXT.');
  const place = placed({ globals, own });
  refuseOfDashboard(place.role, own);
  if (appoints && place.role === 'dashboard' && !isSet(own, 'schedule'))
    throw usage('A dashboard that only asks cannot be the owner.', 'Add --schedule.');
  return {
    ...place,
    verb,
    isTimer: isSet(own, 'timer'),
    schedules: isSet(own, 'schedule'),
    port: portOf(own),
    isDryRun: isSet(own, 'dryRun'),
    appoints,
    reason,
  };
}

function placed({ globals, own }: Pick<Call, 'globals' | 'own'>) {
  const scope = scopeOf(own);
  const role = roleOf(textOf(own, 'role') ?? 'runner', isSet(own, 'timer'), optionOf(globals));
  return {
    profile: globals.profile,
    home: globals.home,
    role,
    scope,
    runAs: textOf(own, 'runAs'),
  };
}

/** Where a service shall be; null when nobody said. @throws Refusal `usage` for both places at once */
export function scopeOf(own: Fields): 'system' | 'user' | null {
  const isSystem = isSet(own, 'system');
  if (isSystem && isSet(own, 'user'))
    throw usage('--system and --user are two places.', 'Name one of them.');
  if (isSystem) return 'system';
  return isSet(own, 'user') ? 'user' : null;
}

function roleOf(text: string, isTimer: boolean, option: string): ServiceRole {
  const role = serviceRoles.find((name) => name === text);
  if (role === undefined)
    throw usage(`"${text}" is no role of a service.`, `Name one of ${serviceRoles.join(', ')}.`);
  if (isTimer && role !== 'runner')
    throw new Refusal('usage', 'Only a runner can be a timer.', {
      kind: 'usage',
      remedy: command(`cronkeeper service install runner --timer${option}`),
    });
  return role;
}

/** A runner schedules by its nature, and has no port. */
function refuseOfDashboard(role: ServiceRole, own: Fields): void {
  const named = own['schedule'] === true ? '--schedule' : own['port'] === undefined ? '' : '--port';
  if (role === 'dashboard' || named === '') return;
  throw usage(`${named} is said of a dashboard, not of a ${role}.`, `Leave ${named} out.`);
}

const usage = (message: string, remedy: string): Refusal =>
  new Refusal('usage', message, { kind: 'usage', remedy: advice(remedy) });

/** One document a line with `--json`. */
export const logs: Action = async (call) => {
  const { host, globals, own } = call;
  const request = {
    ...placed(call),
    lines: numberOf(own, 'lines') ?? usualLines,
    follows: isSet(own, 'follow'),
  };
  for await (const line of host.serviceLogs(request)) {
    await host.stdout.write(globals.json ? jsonLine({ line }) : lines(escapeLine(line)));
  }
  return 0;
};

export const record: Action = async (call) => {
  const { host, globals, own } = call;
  const answer = await host.serviceRecords(globals, await recordRequest(call));
  const name = textOf(own, 'service') ?? '';
  await print(call, answer, plain(lines(escapeLine(`${textOf(own, 'act')} ${name}`.trim()))));
  return 0;
};

async function recordRequest({ host, own }: Call): Promise<RecordRequest> {
  const name = textOf(own, 'service') ?? '';
  switch (textOf(own, 'act')) {
    case 'list':
      return { act: 'list' };
    case 'put':
      return { act: 'put', text: await host.readStdin() };
    case 'remove':
      return { act: 'remove', service: name };
    default:
      throw usage('That is nothing that a record knows.', 'Type list, put or remove.');
  }
}
