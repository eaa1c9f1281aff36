import type { z } from 'zod';
import { parseRule, ruleText } from '../core/appointment-text.ts';
import { minuteMs } from '../core/instant.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { Request } from '../core/request.ts';
import { commandIn } from './commands.ts';
import { driftWarnings } from './drift.ts';
import { examineAll } from './examine.ts';
import { nothingInput, ownerAppointInput, ownerHistoryInput } from './inputs.ts';
import { newRequest } from './new-request.ts';
import type { OperationContext } from './operation.ts';
import { operation } from './operation.ts';
import {
  ownerAppointOutput,
  ownerHandoverOutput,
  ownerHistoryOutput,
  ownerShowOutput,
} from './outputs.ts';
import { pokeAll } from './poke.ts';
import { appointmentAnswer, auditAnswer, holderAnswer, requestAnswer } from './present.ts';
import { ensureProfile, profileOperation } from './profile-check.ts';
import { hasLiveOwner, type ProfileView, readinessAnswer, readReadiness } from './readiness.ts';
import { judgeStanding } from './standing.ts';

const handoverValidMs = minuteMs;
/** How often an appointment is written anew because somebody else appointed meanwhile. */
const maxTries = 5;

export const ownerShow = profileOperation({
  name: 'owner.show',
  summary: 'Show who may own the profile and who does',
  input: nothingInput,
  output: ownerShowOutput,
  scope: 'read',
  handle: (context) => showOwner(context),
});

async function showOwner(context: OperationContext): Promise<z.output<typeof ownerShowOutput>> {
  const view = await examineAll(context, await readReadiness(context));
  return {
    profile: view.profile,
    appointment: appointmentAnswer(view.appointment),
    epoch: view.lease.epoch,
    holder: view.check.kind === 'dead' ? null : holderAnswer(view.lease, view.now),
    readiness: readinessAnswer(view.readiness),
    warnings: [...(await driftWarnings(context, view))],
  };
}

/**
 * Sets the rule by which the owner is chosen. A holder that it excludes drains and releases; with `force` its term ends in the
 * same transaction and its runs are ended.
 */
export const ownerAppoint = operation({
  name: 'owner.appoint',
  summary: 'Appoint who may own the profile',
  input: ownerAppointInput,
  output: ownerAppointOutput,
  scope: 'admin',
  async handle(context, input) {
    const { store, profile, actor, clock } = context;
    const rule = parseRule(input.rule, input.standbys, input.level ?? null);
    const reason = input.reason?.trim() || null;
    if (input.force && reason === null) {
      throw new Refusal('usage', 'Ending a term by force needs a reason, for the audit log.', {
        kind: 'usage',
        remedy: advice('Add --reason TEXT.'),
      });
    }
    await ensureProfile(context);
    for (let tries = 0; tries < maxTries; tries += 1) {
      const present = await store.appointments.current(profile);
      const isSame = JSON.stringify(present.rule) === JSON.stringify(rule);
      if (isSame && !input.force) return { ...(await showOwner(context)), changed: false };
      const { holder, renewedAt, ttlMs } = await store.leases.read(profile);
      const isSilent = holder !== null && clock.now().wall - renewedAt > ttlMs;
      const written = await store.appointments.appoint({
        profile,
        seenVersion: present.version,
        rule,
        reason,
        force: input.force,
        entry: {
          profile,
          at: clock.now().wall,
          actor,
          kind: 'owner.appointed',
          subject: profile,
          detail: {
            before: ruleText(present.rule),
            after: ruleText(rule),
            reason,
            force: input.force,
            // Of one that was gone before; a living one is told by its end.
            holderSeenAt: isSilent ? renewedAt : null,
          },
        },
      });
      if (written === 'stale') continue;
      await pokeAll(context);
      return { ...(await showOwner(context)), changed: true };
    }
    throw new Refusal(
      'job_changed',
      'Somebody else appoints at the same time; nothing was written.',
      {
        kind: 'failed',
        remedy: commandIn(profile, 'owner history'),
      },
    );
  },
});

/** Asks the holder to start nothing new and to release. Its runs go on and are adopted by the next holder on that host. */
export const ownerHandover = profileOperation({
  name: 'owner.handover',
  summary: 'Ask the holder to hand over',
  input: nothingInput,
  output: ownerHandoverOutput,
  scope: 'admin',
  async handle(context) {
    const view = await readReadiness(context);
    if (!hasLiveOwner(view)) {
      throw new Refusal(
        'not_running',
        `There is no live owner that could hand over: ${view.readiness.message}.`,
        { remedy: view.readiness.remedy },
      );
    }
    const request = await requestHandover(context, view);
    const standbys = view.instances.filter(
      (row) => judgeStanding(row, view.appointment, view.lease).standing === 'standby',
    );
    return {
      request: requestAnswer(request, null),
      owner: readinessAnswer(view.readiness).by,
      message:
        standbys.length > 0
          ? `The owner was asked to hand over; ${standbys.length} can take over.`
          : 'The owner was asked to hand over. Nobody else is there to take over, so it may take the profile again.',
    };
  },
});

/** Asks the living holder that was seen to drain. Whether anybody takes over is not its business. */
export async function requestHandover(
  context: OperationContext,
  view: ProfileView,
): Promise<Request> {
  const { store, profile, actor } = context;
  const request = newRequest(context, 'handover', handoverValidMs);
  await store.requests.create(request, {
    profile,
    at: request.createdAt,
    actor,
    kind: 'owner.handover_requested',
    subject: profile,
    detail: { receipt: request.id, holder: view.lease.holder?.instanceId ?? null },
  });
  await pokeAll(context);
  return request;
}

export const ownerHistory = profileOperation({
  name: 'owner.history',
  summary: 'Show how ownership changed',
  input: ownerHistoryInput,
  output: ownerHistoryOutput,
  scope: 'read',
  async handle({ store, profile }, { limit, before }) {
    const filter = { kinds: ['owner.'], limit, ...(before === undefined ? {} : { before }) };
    const entries = await store.audit.list(profile, filter);
    return {
      entries: entries.map(auditAnswer),
      next: entries.length === limit ? (entries.at(-1)?.sequence ?? null) : null,
    };
  },
});
