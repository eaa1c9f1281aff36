import type { Rule } from '../../core/appointment.ts';
import type { Instance } from '../../core/instance.ts';
import type { JobDefinition } from '../../core/job.ts';
import type { Holder } from '../../core/lease.ts';
import { type Maker, makerKinds } from '../../core/maker.ts';
import type { Findings } from '../../core/probe.ts';
import type { ProcessIdentity, Provenance } from '../../core/provenance.ts';

/** Outlines of the JSON columns. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const hasTexts = (value: Fields, ...names: readonly string[]): boolean =>
  names.every((name) => typeof value[name] === 'string');

export const isProcess = (value: unknown): value is ProcessIdentity =>
  isFields(value) &&
  typeof value['pid'] === 'number' &&
  hasTexts(value, 'machineId', 'bootId', 'pidNamespace', 'startMark');

export const isMaker = (value: unknown): value is Maker =>
  isFields(value) &&
  hasTexts(value, 'kind', 'name') &&
  makerKinds.some((kind) => kind === value['kind']) &&
  (value['run'] === null || typeof value['run'] === 'string');

export const isProvenance = (value: unknown): value is Provenance =>
  isFields(value) &&
  hasTexts(value, 'level', 'user', 'host', 'machineId') &&
  Array.isArray(value['chain']) &&
  Array.isArray(value['facts']);

export const isHolder = (value: unknown): value is Holder =>
  isFields(value) &&
  hasTexts(value, 'instanceId', 'role', 'host', 'socket') &&
  typeof value['since'] === 'number' &&
  isProcess(value['process']) &&
  isProvenance(value['provenance']) &&
  (value['starter'] === null || isProcess(value['starter']));

export const isRule = (value: unknown): value is Rule =>
  isFields(value) &&
  (value['kind'] === 'auto' || (value['kind'] === 'exclusive' && Array.isArray(value['choices'])));

export const isDefinition = (value: unknown): value is JobDefinition =>
  isFields(value) &&
  hasTexts(value, 'name', 'cwd', 'overlap', 'onLoss') &&
  isFields(value['schedule']) &&
  isFields(value['action']) &&
  isFields(value['env']) &&
  isTexts(value['deliver']) &&
  isTexts(value['onFailure']) &&
  isFields(value['catchUp']) &&
  Array.isArray(value['requirements']);

export const isInstance = (value: unknown): value is Instance =>
  isFields(value) &&
  hasTexts(value, 'id', 'profile', 'role', 'host', 'standing', 'socket') &&
  typeof value['seenAt'] === 'number' &&
  isProcess(value['process']) &&
  isProvenance(value['provenance']);

export const isFindings = (value: unknown): value is Findings =>
  isFields(value) &&
  typeof value['at'] === 'number' &&
  typeof value['jobs'] === 'number' &&
  isTexts(value['unknown']) &&
  Array.isArray(value['unmet']) &&
  value['unmet'].every(
    (one) => isFields(one) && hasTexts(one, 'code', 'message') && isTexts(one['jobIds']),
  );
