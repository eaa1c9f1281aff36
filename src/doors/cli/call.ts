import type { z } from 'zod';
import { profileOption, Refusal } from '../../core/refusal.ts';
import { issueWords } from '../../operations/issue-words.ts';
import type { Operation, OperationContext } from '../../operations/operation.ts';
import { explainOutage } from '../../operations/outage.ts';
import type { CliHost, OpenContext } from './host.ts';
import type { Typed } from './present/read-on.ts';
import type { Presented, View } from './present/view.ts';
import type { Action, Call, CommandSpec, Fields, FlagKind } from './spec.ts';

/** A call with its context open. */
export type Session = Call & { readonly context: OperationContext; readonly view: View };

/** Not a terminal, or told not to: no colour. */
export function usesColor(host: Pick<CliHost, 'env'>, isTty: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = host.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return isTty && TERM !== 'dumb';
}

/** The environment names its home for the next command as well. */
const homeToName = (host: CliHost, home: string | null): string | null =>
  home === host.env['CRONKEEPER_HOME'] ? null : home;

/** How to render before, or without, a context. */
export function plainView(host: CliHost, verbose: boolean, home: string | null = null): View {
  const isTty = host.stderrIsTty;
  return {
    columns: isTty ? (host.columns ?? 80) : Number.POSITIVE_INFINITY,
    color: usesColor(host, isTty),
    now: 0,
    zone: 'UTC',
    verbose,
    profile: 'default',
    home: homeToName(host, home),
  };
}

export function viewOf(
  host: CliHost,
  context: Pick<OperationContext, 'clock' | 'zone' | 'profile'>,
  globals: Pick<Call['globals'], 'verbose' | 'home'>,
): View {
  return {
    columns: host.stdoutIsTty ? (host.columns ?? 80) : Number.POSITIVE_INFINITY,
    color: usesColor(host, host.stdoutIsTty),
    now: context.clock.now().wall,
    zone: context.zone,
    verbose: globals.verbose,
    profile: context.profile,
    home: homeToName(host, globals.home),
  };
}

/** What is typed again so that the same profile is meant. */
export const optionOf = ({ profile }: Call['globals']): string =>
  profile === null ? '' : profileOption(profile);

/** Opens the context for the time of `work`. */
export async function inSession<T>(call: Call, work: (session: Session) => Promise<T>): Promise<T> {
  const { host, globals } = call;
  const open: OpenContext = await host.context({ profile: globals.profile, home: globals.home });
  try {
    const { context } = open;
    return await work({ ...call, context, view: viewOf(host, context, globals) });
  } catch (error) {
    throw explainOutage(error, open.context.machine);
  } finally {
    await open.close();
  }
}

/** The operation's answer as it leaves the program, and the same as values for rendering. */
export type Asked<T> = { readonly document: unknown; readonly answer: T };

/**
 * Asks an operation. The list of operations is loaded here and not before: help does without it.
 *
 * @throws Refusal of kind `usage` when the input is not what the operation takes
 */
export async function ask<T>(
  session: Pick<Session, 'context' | 'spec'>,
  name: string,
  input: Fields,
  output: z.ZodType<T>,
): Promise<Asked<T>> {
  const { operations } = await import('../../operations/list.ts');
  const all: readonly Operation<z.ZodType, z.ZodType>[] = operations;
  const operation = all.find((candidate) => candidate.name === name);
  if (operation === undefined) throw new Error(`There is no operation ${name}.`);
  const parsed = operation.input.safeParse(input);
  if (!parsed.success) throw misfit(session.spec, input, parsed.error);
  const document = await operation.handle(session.context, parsed.data);
  return { document, answer: output.parse(document) };
}

function misfit(spec: CommandSpec, input: Fields, error: z.ZodError): Refusal {
  const [issue] = error.issues;
  const field = String(issue?.path[0] ?? '');
  const flag = spec.flags.find((candidate) => candidate.field === field && !candidate.isDoors);
  const argument = spec.args.find((candidate) => candidate.field === field);
  const subject = flag === undefined ? (argument?.name ?? field) : `--${flag.long}`;
  const verb = spec.path.join(' ');
  const needed = typeof input[field] === 'string' ? numberWords(flag?.kind) : null;
  const wrong = needed ?? (issue === undefined ? 'is not understood' : issueWords(issue));
  return new Refusal('usage', `${subject}: ${wrong}.`, {
    kind: 'usage',
    remedy: { kind: 'command', text: `cronkeeper ${verb} --help` },
    details: { field },
  });
}

const numberWords = (kind: FlagKind | undefined): string | null =>
  kind === 'number'
    ? 'takes a whole number'
    : kind === 'amount'
      ? 'takes a number, such as 0.25'
      : null;

/** Prints an answer: one document with `--json`, else text and its warnings. */
export async function print(
  { host, globals }: Pick<Call, 'host' | 'globals'>,
  document: unknown,
  presented: Presented,
): Promise<void> {
  await host.stdout.write(globals.json ? jsonLine(document, 2) : presented.text);
  if (presented.warnings !== '' && !globals.json) await host.stderr.write(presented.warnings);
}

export const jsonLine = (document: unknown, indent = 0): string =>
  `${JSON.stringify(document, null, indent)}\n`;

/** What a verb does beside asking and printing. */
type Besides<T> = {
  /** Asked instead of the operation of the verb. */
  readonly operation?: string;
  readonly exitCode?: (answer: T) => number;
  /** Completes the input by what only the door knows. */
  readonly fill?: (session: Session) => Promise<Fields> | Fields;
  /** Warnings of changes are printed even beside a document: nobody may miss them. */
  readonly isLoud?: boolean;
  /** What follows the answer, when the context is closed again; its exit code instead, or null. */
  readonly after?: (answer: T, call: Call) => Promise<number | null>;
};

/** What most verbs are: ask the operation of the verb, print, end with 0 or what `exitCode` makes of the answer. */
export function answering<T>(
  output: z.ZodType<T>,
  present: (answer: T, view: View, typed: Typed) => Presented,
  { operation, exitCode, fill, isLoud, after }: Besides<T> = {},
): Action {
  return async (call) => {
    const name = operation ?? call.spec.operation ?? '';
    const done = await inSession(call, async (session) => {
      const input = fill === undefined ? call.input : await fill(session);
      const { document, answer } = await ask(session, name, input, output);
      const presented = present(answer, session.view, call);
      await print(call, document, presented);
      if (isLoud && call.globals.json) await call.host.stderr.write(presented.warnings);
      return { answer, exitCode: exitCode?.(answer) ?? 0 };
    });
    return (await after?.(done.answer, call)) ?? done.exitCode;
  };
}

export const isSet = (fields: Fields, name: string): boolean => fields[name] === true;

export const numberOf = (fields: Fields, name: string): number | null => {
  const value = fields[name];
  return typeof value === 'number' ? value : null;
};

export const textOf = (fields: Fields, name: string): string | null => {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
};
