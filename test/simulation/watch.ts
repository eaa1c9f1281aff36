import { judgeEligibility } from '../../src/core/eligibility.ts';
import { jitterOf } from '../../src/core/jitter.ts';
import type { Job, JobDefinition } from '../../src/core/job.ts';
import type { Fence } from '../../src/core/lease.ts';
import { trustMarginMs } from '../../src/core/lease-trust.ts';
import type { Attempt } from '../../src/core/run.ts';
import type { Cluster } from './cluster.ts';
import type { Begin } from './machine.ts';
import type { Call } from './reach.ts';

/** A gate that was told to open opens within milliseconds. */
const gateMs = 10;

/**
 * Holds every guarantee that can be told at a moment against that moment: each begin of a run, and each write that the store took.
 * Knows nothing of the loops: it reads the store itself, and counts on its own.
 */
export class Watch {
  readonly faults: string[] = [];
  /** When a person last changed the appointment, and when by force, on the boot clock. */
  appointedBoot = Number.NEGATIVE_INFINITY;
  forcedBoot = Number.NEGATIVE_INFINITY;
  /** The latest time that the wall clock has shown before it was set back: what was due then was decided then. */
  latestWall = Number.NEGATIVE_INFINITY;
  checks = 0;
  readonly definitions = new Map<string, JobDefinition>();
  readonly #cluster: Cluster;
  readonly #begunFor = new Map<string, string>();
  /** The term that writes are judged by, as the calls themselves made it. */
  #epoch = 0;
  #holderId: string | null = null;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.onCall = (call) => this.#judgeCall(call);
    cluster.machine.onBegin = (begin) => {
      void this.#judgeBegin(begin, cluster.timeline.boot);
    };
  }

  added(job: Job): void {
    this.definitions.set(job.id, job.definition);
  }

  appointed(isForced: boolean): void {
    this.appointedBoot = this.#cluster.timeline.boot;
    if (!isForced) return;
    this.forcedBoot = this.appointedBoot;
    this.#epoch += 1;
    this.#holderId = null;
  }

  /** Writes of a term are taken from its holder only, while it is the current one. */
  #judgeCall({ pid, name, args, answer }: Call): void {
    if (!isRecord(answer)) return;
    const kind = answer['kind'];
    if (kind === 'claimed') {
      const { lease } = answer;
      if (!isRecord(lease) || !isRecord(lease['holder'])) return;
      if (Number(lease['epoch']) <= this.#epoch)
        this.#fault(`pid ${pid} claimed epoch ${lease['epoch']} after ${this.#epoch}`);
      this.#epoch = Number(lease['epoch']);
      this.#holderId = String(lease['holder']['instanceId']);
      return;
    }
    if (kind !== 'done') return;
    this.checks += 1;
    const fence = args[0];
    if (!isFence(fence)) return;
    if (fence.epoch !== this.#epoch || fence.instanceId !== this.#holderId)
      this.#fault(`${name} of epoch ${fence.epoch} was taken while ${this.#epoch} was current`);
    if (name === 'release') this.#holderId = null;
  }

  async #judgeBegin(begin: Begin, boot: number): Promise<void> {
    const { store } = this.#cluster;
    const { key, epoch, instancePid } = begin;
    const name = `${key.runId}/${key.number} at ${boot}`;
    this.checks += 1;
    this.#judgeOccurrence(begin, name);
    this.#judgeOverlap(begin, name);
    const lease = await store.leases.read('default');
    const attempts = await store.runs.attempts(key.runId);
    const appointment = await store.appointments.current('default');
    const trustMs = this.#cluster.ttlMs - trustMarginMs(this.#cluster.ttlMs) + gateMs;
    const wasForced = epoch <= lease.endRunsUpTo && boot - this.forcedBoot < trustMs;
    if (!wasForced && epoch !== lease.epoch)
      this.#fault(`${name} began at epoch ${epoch}, not ${lease.epoch}`);
    else if (!wasForced && lease.holder?.process.pid !== instancePid)
      this.#fault(`${name} was begun by ${instancePid}, which does not hold`);
    const own = attempts.find(({ number }) => number === key.number);
    if (own === undefined || own.state === 'not_started' || own.state === 'ended')
      return this.#fault(`${name} began without a durable claim: ${own?.state ?? 'no attempt'}`);
    if (own.epoch !== epoch) this.#fault(`${name} is recorded at epoch ${own.epoch}`);
    const member = this.#cluster.members.find(({ id }) => id === own.instanceId);
    const candidate = {
      role: member?.role ?? 'desktop',
      schedules: true,
      provenance: own.provenance,
    };
    const isEligible = judgeEligibility(appointment, candidate).kind === 'eligible';
    if (!isEligible && boot - this.appointedBoot > trustMs)
      this.#fault(`${name} was begun by a ${candidate.role} that may not own`);
    this.#judgeEarlierAttempts(begin, attempts, name);
    const run = await store.runs.get('default', key.runId);
    const isFirst = attempts.every(
      ({ number, state }) => number >= key.number || state === 'not_started',
    );
    if (isFirst && run?.deadline != null && begin.at > run.deadline + gateMs)
      this.#fault(`${name} began ${begin.at - run.deadline} ms after its grace`);
  }

  #judgeOccurrence({ key, jobId, fireTime, at }: Begin, name: string): void {
    if (fireTime === '') return;
    const due = Date.parse(fireTime);
    const definition = this.definitions.get(jobId);
    const jitterMs = definition === undefined ? 0 : jitterOf(jobId, due, definition.jitterMs);
    if (at < due + jitterMs && due > this.latestWall)
      this.#fault(`${name} began ${due + jitterMs - at} ms early`);
    const occurrence = `${jobId} ${fireTime}`;
    const before = this.#begunFor.get(occurrence);
    // Attempts of one run may follow each other; a second run of an occurrence never.
    if (before !== undefined && before !== key.runId)
      this.#fault(`${name} is a second run of ${occurrence}, after ${before}`);
    this.#begunFor.set(occurrence, key.runId);
  }

  #judgeOverlap({ key, jobId }: Begin, name: string): void {
    const definition = this.definitions.get(jobId);
    for (const other of this.#cluster.machine.running()) {
      if (other.key.runId === key.runId && other.key.number !== key.number)
        this.#fault(`${name} began beside attempt ${other.key.number} of the same run`);
      const isSameJob = other.order.env['CRONKEEPER_JOB_ID'] === jobId;
      if (isSameJob && other.key.runId !== key.runId && definition?.overlap !== 'allow')
        this.#fault(`${name} began beside ${other.key.runId} of the same job`);
    }
  }

  /** Another attempt follows only a known failure, within the job's retries, or a loss with `on-loss rerun`. */
  #judgeEarlierAttempts({ key, jobId }: Begin, attempts: readonly Attempt[], name: string): void {
    const earlier = attempts.filter(
      ({ number, state }) => number < key.number && state !== 'not_started',
    );
    const onLoss = this.definitions.get(jobId)?.onLoss ?? 'report';
    for (const { number, outcome } of earlier) {
      const isKnown = outcome === 'failed' || outcome === 'timed_out';
      if (!isKnown && !(outcome === 'unknown' && onLoss === 'rerun'))
        this.#fault(`${name} followed attempt ${number}, which is ${outcome ?? 'not over'}`);
    }
  }

  #fault(text: string): void {
    this.faults.push(text);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isFence = (value: unknown): value is Fence =>
  isRecord(value) && typeof value['epoch'] === 'number' && typeof value['instanceId'] === 'string';
