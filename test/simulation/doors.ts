import type { Rule } from '../../src/core/appointment.ts';
import { decideBeforeChange, nextFireOf } from '../../src/core/firing.ts';
import type { Job } from '../../src/core/job.ts';
import type { RequestKind } from '../../src/core/request.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';
import type { Cluster } from './cluster.ts';

/** What people do meanwhile: they ask, cancel, pause, edit, remove and appoint, through the store alone. */
export class Doors {
  readonly cluster: Cluster;
  readonly requests: string[] = [];
  /** Told of each change of a job that was acknowledged, and of each appointment. */
  onChange: (before: Job, after: Job | null, now: number) => void = () => {};
  onAppoint: (isForced: boolean) => void = () => {};
  readonly #random: () => number;

  constructor(cluster: Cluster, random: () => number) {
    this.cluster = cluster;
    this.#random = random;
  }

  #entry(kind: string, subject: string): AuditEntry {
    const at = this.cluster.timeline.now().wall;
    return { profile: 'default', at, actor: 'person', kind, subject, detail: {} };
  }

  #tell(): Promise<void> {
    return this.cluster.poke(this.#random() < 0.7);
  }

  async ask(kind: RequestKind, jobId: string | null, validMs = 3_600_000): Promise<string> {
    const now = this.cluster.timeline.now().wall;
    const id = this.cluster.newId();
    await this.cluster.store.requests.create(
      {
        id,
        profile: 'default',
        kind,
        jobId,
        runId: null,
        retryOf: null,
        actor: 'person',
        state: 'waiting',
        reason: null,
        message: null,
        createdAt: now,
        expiresAt: now + validMs,
        answeredAt: null,
      },
      this.#entry('request', id),
    );
    this.requests.push(id);
    await this.#tell();
    return id;
  }

  async cancelOne(): Promise<void> {
    const open = await this.cluster.store.runs.open('default', 100);
    const run = open[Math.floor(this.#random() * open.length)];
    if (run === undefined) return;
    await this.cancel(run.id);
  }

  async cancel(runId: string): Promise<void> {
    await this.cluster.store.runs.requestCancel('default', runId, this.#entry('cancel', runId));
    await this.#tell();
  }

  /** Pauses or resumes, edits retries and sometimes the schedule, or removes. */
  async change(jobId: string, what: 'pause' | 'edit' | 'remove'): Promise<void> {
    const { store, timeline, newId } = this.cluster;
    const job = await store.jobs.get('default', jobId);
    if (job === null) return;
    const now = timeline.now().wall;
    const isPaused = job.state === 'paused';
    const { schedule } = job.definition;
    const definition = {
      ...job.definition,
      retries: Math.floor(this.#random() * 3),
      schedule:
        what === 'edit' && schedule.kind === 'every' && this.#random() < 0.3
          ? { ...schedule, everyMs: schedule.everyMs + 1_000 }
          : schedule,
    };
    const decidedUntil = (await store.runs.decidedUntil('default', jobId)) ?? now;
    const nextFireAt = nextFireOf(definition, Math.max(now, decidedUntil));
    const changed: Job = { ...job, revision: job.revision + 1, definition };
    const isOn = what === 'pause' ? isPaused : job.state === 'enabled';
    const state = nextFireAt === null ? 'done' : 'enabled';
    const after: Job = isOn
      ? { ...changed, state, nextFireAt }
      : { ...changed, state: job.state === 'done' ? 'done' : 'paused', nextFireAt: null };
    const change = {
      profile: 'default',
      jobId,
      seen: { revision: job.revision, nextFireAt: job.nextFireAt },
      after: what === 'remove' ? null : after,
      decisions: decideBeforeChange(job, { now, newId }),
      entry: this.#entry(what, jobId),
    };
    if ((await store.jobs.change(change)) === 'changed') this.onChange(job, change.after, now);
    await this.#tell();
  }

  async appoint(rule: Rule, force = false): Promise<void> {
    const current = await this.cluster.store.appointments.current('default');
    await this.cluster.store.appointments.appoint({
      profile: 'default',
      seenVersion: current.version,
      rule,
      reason: null,
      force,
      entry: this.#entry('owner.appoint', 'default'),
    });
    this.onAppoint(force);
    await this.#tell();
  }
}
