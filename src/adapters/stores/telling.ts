import { type Delivery, recipientOf, type Sent } from '../../core/delivery.ts';
import {
  alertsOf,
  type FinalRun,
  type Incident,
  type Owed,
  type Tells,
  tellEnd,
  tellsOf,
  verdictOf,
} from '../../core/incident.ts';
import { isFinal, type Run } from '../../core/run.ts';
import type { Settlement } from '../../core/settlement.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { integer, text, truth } from './columns.ts';
import type { SqlRow, SqlSession } from './driver.ts';
import { contentOf } from './job-content.ts';
import { incidentOf, incidentValues, owedValues } from './rows-outbox.ts';
import * as sql from './sql/outbox.ts';

/**
 * Writes what the end of a run owes, in the transaction that makes the run final: no write can forget it, no crash can come in
 * between, and whether an incident is new is decided by the incidents of that very moment. What it is, `core` says.
 */
export type Telling = {
  /** Rows of runs that were just inserted; those that are not final owe nothing. */
  decided(session: SqlSession, run: Run): Promise<void>;
  /** A run that a settlement has just moved. `moved` is its row. */
  settled(session: SqlSession, settlement: Settlement, moved: SqlRow): Promise<void>;
};

/** @param alerts where alerts go when a job names no target of its own */
export function makeTelling(alerts: readonly string[]): Telling {
  async function tell(session: SqlSession, run: FinalRun): Promise<void> {
    if (verdictOf(run) === 'excused') return;
    const { profile, jobId } = run;
    const [job] = await session.all(sql.targetsOfJob, [profile, jobId]);
    const tells = job === undefined ? null : tellsOfRow(job);
    const hasOpen = job === undefined || truth(job, 'has_open');
    const open = hasOpen ? await session.all(sql.incidentsOfJob, [profile, jobId]) : [];
    const told = tellEnd(run, tells, alerts, open.map(incidentOf));
    for (const { id } of told.closes) await session.run(sql.closeIncident, [id, run.endedAt]);
    if (told.opens !== null) await session.run(sql.openIncident, incidentValues(told.opens));
    await owe(session, told.deliveries);
  }

  return {
    async decided(session, run) {
      if (!isFinal(run.state)) return;
      await tell(session, { ...run, endedAt: run.endedAt ?? run.decidedAt, isSilent: false });
    },

    async settled(session, settlement, moved) {
      const { runId, attempt, run, isSilent = false } = settlement;
      if (!isFinal(run.state)) return;
      await tell(session, {
        ...run,
        id: runId,
        profile: text(moved, 'profile'),
        jobId: text(moved, 'job_id'),
        jobName: text(moved, 'job_name'),
        count: integer(moved, 'occurrences'),
        exitCode: attempt?.exitCode ?? null,
        endedAt: run.endedAt ?? integer(moved, 'decided_at'),
        isSilent,
      });
    },
  };
}

/** A definition that is damaged tells nobody; its run must be recorded all the same, and is told where alerts go. */
function tellsOfRow(job: SqlRow): Tells | null {
  try {
    return tellsOf(contentOf(job));
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
}

export async function owe(session: SqlSession, deliveries: readonly Owed[]): Promise<void> {
  for (const one of deliveries) await session.run(sql.insertOwed, owedValues(one));
}

/** The end of a try: what does not arrive is told in the inbox, once, until something arrives there again. */
export async function tellSent(session: SqlSession, delivery: Delivery, sent: Sent): Promise<void> {
  if (sent.state === 'pending') return;
  const { id, profile, target, tries, title } = delivery;
  const recipient = recipientOf(delivery);
  const open = (await session.all(sql.incidentsOfSubject, [profile, recipient])).map(incidentOf);
  const at = sent.settledAt ?? sent.nextTryAt;
  if (sent.state === 'delivered') {
    for (const incident of open) await session.run(sql.closeIncident, [incident.id, at]);
    return;
  }
  if (open.length > 0) return;
  const incident: Incident = {
    id: `${id}.${tries}`,
    profile,
    kind: 'undelivered',
    subject: recipient,
    cause: '',
    targets: ['inbox'],
    openedAt: at,
  };
  await session.run(sql.openIncident, incidentValues(incident));
  const how = sent.state === 'unknown' ? 'may not have arrived' : 'was not delivered';
  await owe(
    session,
    alertsOf(incident, {
      event: 'undelivered',
      title: `A message ${how}: ${title}`,
      text: `${target.slice(0, 200)}: ${sent.cause ?? ''}`,
      at,
    }),
  );
}
