import {
  type Claim,
  type Delivery,
  type DeliveryKind,
  type DeliveryState,
  deliveryEvents,
} from '../../core/delivery.ts';
import type { Incident, IncidentKind, Owed } from '../../core/incident.ts';
import { document, integer, integerOrNull, oneOf, text, textOrNull } from './columns.ts';
import { isFields, isProcess, isTexts } from './documents.ts';
import type { SqlRow, SqlValue } from './driver.ts';

const kinds = ['result', 'alert', 'ping'] as const satisfies readonly DeliveryKind[];
const states = [
  'pending',
  'sending',
  'delivered',
  'failed',
  'unknown',
] as const satisfies readonly DeliveryState[];
const incidentKinds = [
  'failed',
  'missed',
  'refused',
  'owner_absent',
  'undelivered',
] as const satisfies readonly IncidentKind[];

const isClaim = (value: unknown): value is Claim =>
  isFields(value) &&
  typeof value['instanceId'] === 'string' &&
  typeof value['until'] === 'number' &&
  isProcess(value['process']);

export const deliveryStateOf = (row: SqlRow): DeliveryState => oneOf(row, 'state', states);

export const deliveryOf = (row: SqlRow): Delivery => ({
  id: text(row, 'id'),
  profile: text(row, 'profile'),
  kind: oneOf(row, 'kind', kinds),
  event: oneOf(row, 'event', deliveryEvents),
  target: text(row, 'target'),
  runId: textOrNull(row, 'run_id'),
  jobId: textOrNull(row, 'job_id'),
  jobName: textOrNull(row, 'job_name'),
  title: text(row, 'title'),
  text: text(row, 'body'),
  state: deliveryStateOf(row),
  tries: integer(row, 'tries'),
  createdAt: integer(row, 'created_at'),
  nextTryAt: integer(row, 'next_try_at'),
  claim: row['claim'] === null ? null : document(row, 'claim', isClaim),
  settledAt: integerOrNull(row, 'settled_at'),
  cause: textOrNull(row, 'cause'),
  receipt: textOrNull(row, 'receipt'),
  readAt: integerOrNull(row, 'read_at'),
});

/** As `insertOwed` takes it. */
export const owedValues = (owed: Owed): readonly SqlValue[] => {
  const isInbox = owed.target === 'inbox';
  return [
    owed.id,
    owed.profile,
    owed.kind,
    owed.event,
    owed.target,
    owed.runId,
    owed.jobId,
    owed.jobName,
    owed.title,
    owed.text,
    isInbox ? 'delivered' : 'pending',
    owed.createdAt,
    isInbox ? owed.createdAt : null,
  ];
};

export const incidentOf = (row: SqlRow): Incident => ({
  id: text(row, 'id'),
  profile: text(row, 'profile'),
  kind: oneOf(row, 'kind', incidentKinds),
  subject: text(row, 'subject'),
  cause: text(row, 'cause'),
  targets: document(row, 'targets', isTexts),
  openedAt: integer(row, 'opened_at'),
});

/** As `openIncident` takes it. */
export const incidentValues = (incident: Incident): readonly SqlValue[] => [
  incident.id,
  incident.profile,
  incident.kind,
  incident.subject,
  incident.cause,
  JSON.stringify(incident.targets),
  incident.openedAt,
];
