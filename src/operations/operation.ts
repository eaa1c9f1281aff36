import type { z } from 'zod';
import type { Scope } from '../core/access.ts';
import { type Maker, trustOf } from '../core/maker.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { Secrets } from '../ports/access.ts';
import type { ModelAssistants } from '../ports/assistant.ts';
import type { TargetCheck } from '../ports/channels.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type { Documents } from '../ports/documents.ts';
import type { RunEnvironments } from '../ports/environment.ts';
import type { ForeignSchedulers } from '../ports/foreign.ts';
import type { ProcessTable, ProvenanceReader } from '../ports/host.ts';
import type { Language } from '../ports/language.ts';
import type { Machine } from '../ports/machine.ts';
import type { Neighbours } from '../ports/neighbours.ts';
import type { OutlookProbe } from '../ports/outlook.ts';
import type { OutputReader } from '../ports/output.ts';
import type { SecretKeeper } from '../ports/secrets.ts';
import type { ServiceReports } from '../ports/services.ts';
import type { Settings } from '../ports/settings.ts';
import type { Store } from '../ports/store.ts';

/** What an operation may use. The same for every door; no executor is among it, so no door can execute. */
export type OperationContext = {
  readonly profile: string;
  /** Who asks: `cli:anna`, `http:token-name`. For the audit log. */
  readonly actor: string;
  /** Whom jobs are put down to that are made now, and who may do no more than such a one. */
  readonly maker: Maker;
  /** Zone in which text without a zone is read. */
  readonly zone: string;
  /**
   * The asker's folder, for defaults of new jobs; null where the asker has none. Only who needs it asks: a shell may stand in a folder
   * that was deleted. @throws Refusal `cwd_missing`
   */
  readonly cwd: (() => string) | null;
  /**
   * Home folder of the user of this process, where cron starts commands, and jobs start whose asker has no folder; null for a user without
   * an entry.
   */
  readonly userFolder: string | null;
  /** Zone in which cron of this machine reads its lines; null where nothing names it. */
  readonly cronZone: string | null;
  readonly home: string;
  readonly version: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly processes: ProcessTable;
  readonly provenances: ProvenanceReader;
  readonly neighbours: Neighbours;
  readonly output: OutputReader;
  readonly documents: Documents;
  readonly language: Language;
  readonly settings: Settings;
  readonly foreign: ForeignSchedulers;
  readonly machine: Machine;
  readonly services: ServiceReports;
  /** What runs would inherit from the asker's process, and the files that they get their environment from. */
  readonly environments: RunEnvironments;
  readonly outlook: OutlookProbe;
  readonly targets: TargetCheck;
  /** What credentials are made of. */
  readonly secrets: Secrets;
  /** What jobs refer to. */
  readonly secretKeeper: SecretKeeper;
  readonly assistants: ModelAssistants;
};

/**
 * One thing that people and agents may ask. Command-line verbs, HTTP routes and tools are derived from the list of these,
 * so that a check or a warning cannot be forgotten by one of them.
 */
export type Operation<
  Input extends z.ZodType,
  Output extends z.ZodType,
  Name extends string = string,
> = {
  /** Two words at most, dotted: `jobs.add`, `status`. */
  readonly name: Name;
  readonly summary: string;
  readonly input: Input;
  readonly output: Output;
  readonly scope: Scope;
  handle(context: OperationContext, input: z.output<Input>): Promise<z.output<Output>>;
};

/** What changes who may what is for people alone, whatever the credential says. */
export const operation = <
  const Name extends string,
  Input extends z.ZodType,
  Output extends z.ZodType,
>(
  definition: Operation<Input, Output, Name>,
): Operation<Input, Output, Name> => ({
  ...definition,
  async handle(context, input) {
    if (definition.scope === 'admin') await requirePerson(context, definition.name);
    return definition.handle(context, input);
  },
});

/**
 * Only a person may ask what changes who may what. Who tried is written down.
 *
 * @throws Refusal `authority_exceeded`
 */
async function requirePerson(
  { maker, store, profile, actor, clock }: OperationContext,
  what: string,
): Promise<void> {
  if (trustOf(maker) === 'person') return;
  await store.audit.append({
    profile,
    at: clock.now().wall,
    actor,
    kind: 'authority.exceeded',
    subject: what,
    detail: { maker },
  });
  throw new Refusal('authority_exceeded', `Only a person may ask for ${what}; nothing was done.`, {
    remedy: advice('Ask the person who owns this home to do it.'),
    details: { maker },
  });
}
