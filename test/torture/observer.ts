import type { Lease } from '../../src/core/lease.ts';
import type { ProcessIdentity } from '../../src/core/provenance.ts';
import { readReadiness } from '../../src/operations/readiness.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { sleep } from '../journeys/program.ts';
import type { Answer, Change, ProcessName, Remnant } from './evidence.ts';
import { bootMs, type Field } from './field.ts';
import { allPids, commandOf, isAlive, nameOf, runOf } from './processes.ts';

const leaseEveryMs = 25;
const answerEveryMs = 1_000;
const remnantsEveryMs = 4_000;
const ledgerEveryMs = 10_000;

const named = (process: ProcessIdentity | null | undefined): ProcessName | null =>
  process === null || process === undefined ? null : `${process.pid}:${process.startMark}`;

/** Watches a field from outside while it is tortured. */
export class Observer {
  readonly changes: Change[] = [];
  readonly answers: Answer[] = [];
  /** The newest sight of each process that belonged to a run. */
  readonly remnants = new Map<ProcessName, Remnant>();
  readonly #field: Field;
  readonly #loops: Promise<void>[];
  #over = false;
  #failure: unknown = null;
  #last: Lease | null = null;

  /** @param readLedger asked often enough that nothing is pruned before it was read */
  constructor(field: Field, readLedger: () => Promise<void>) {
    this.#field = field;
    this.#loops = [
      this.#repeat(leaseEveryMs, () => this.#lookAtLease()),
      this.#repeat(answerEveryMs, () => this.#askOperation()),
      this.#repeat(answerEveryMs, () => this.#askCommand()),
      this.#repeat(remnantsEveryMs, async () => this.#lookForRemnants()),
      this.#repeat(ledgerEveryMs, () => readLedger().catch(passOutage)),
    ];
  }

  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#loops);
    if (this.#failure !== null)
      throw new Error('The observer could not look.', { cause: this.#failure });
  }

  async #repeat(everyMs: number, look: () => Promise<void>): Promise<void> {
    while (!this.#over) {
      const since = bootMs();
      try {
        await look();
      } catch (error) {
        this.#failure ??= error;
      }
      await sleep(Math.max(5, everyMs - (bootMs() - since)));
    }
  }

  async #lookAtLease(): Promise<void> {
    const { leases } = this.#field.context.store;
    const lease = await leases.read('default').catch(ignoreOutage);
    if (lease === null) return;
    const last = this.#last;
    if (lease.holder !== null) this.#last = lease;
    if (lease.holder === null || last === null || last.epoch === lease.epoch) return;
    // What lives now lived when the lease changed hands.
    const holder = named(last.holder?.process);
    const starter = named(last.holder?.starter);
    const before = {
      epoch: last.epoch,
      process: holder,
      isAlive: holder !== null && isAlive(holder),
      isStarterAlive: starter !== null && isAlive(starter),
    };
    const wasReleased = await this.#wasReleased(last.holder?.instanceId ?? '');
    const process = named(lease.holder.process);
    this.changes.push({ boot: bootMs(), epoch: lease.epoch, process, before, wasReleased });
  }

  async #wasReleased(instanceId: string): Promise<boolean> {
    const filter = { kinds: ['owner.'], limit: 20 };
    const entries = await this.#field.context.store.audit
      .list('default', filter)
      .catch(ignoreOutage);
    const newest = entries?.find(({ subject }) => subject === instanceId);
    return newest?.kind === 'owner.release';
  }

  async #askOperation(): Promise<void> {
    const asked = bootMs();
    try {
      const { readiness } = await readReadiness(this.#field.context);
      this.#answer(asked, 'operation', readiness.willRun, readiness.code);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#answer(asked, 'operation', false, error.code);
    }
  }

  async #askCommand(): Promise<void> {
    const asked = bootMs();
    const { code, out } = await this.#field.type(['status', '--json']);
    // 0: will run. 4: nothing will run it. Anything else is an error, and no promise that it will.
    const why = /"readiness": \{[^}]*?"code": "(\w+)"/u.exec(out)?.[1] ?? 'no answer';
    this.#answer(asked, 'command', code === 0, `exit ${code}: ${why}`);
  }

  #answer(from: number, door: Answer['door'], willRun: boolean, code: string): void {
    this.answers.push({ from, boot: bootMs(), door, willRun, code });
  }

  #lookForRemnants(): void {
    for (const pid of allPids()) {
      const run = runOf(pid);
      const process = run === null ? null : nameOf(pid);
      if (run === null || process === null) continue;
      this.remnants.set(process, { boot: bootMs(), run, process, command: commandOf(pid) });
    }
  }
}

const passOutage = (error: unknown): void => {
  ignoreOutage(error);
};

function ignoreOutage(error: unknown): null {
  if (error instanceof StoreUnavailable) return null;
  throw error;
}
