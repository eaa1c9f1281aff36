import type { z } from 'zod';
import type { Credential } from '../../core/access.ts';
import { actorOf, makerOf } from '../../core/access.ts';
import { Refusal } from '../../core/refusal.ts';
import { heldTo } from '../../operations/held-to.ts';
import { operations } from '../../operations/list.ts';
import type { Operation, OperationContext } from '../../operations/operation.ts';
import { refuseBeyond } from './callers.ts';
import type { Once, Sent } from './once.ts';
import { type FieldKinds, fieldKindsOf, readBody, readTexts } from './question.ts';
import { isRoute, type Route, routes } from './routes.ts';

/** An operation with the way that leads to it. */
export type Routed = {
  readonly route: Route;
  readonly operation: Operation<z.ZodType, z.ZodType>;
  readonly kinds: FieldKinds;
};

/** Every operation that can be asked here. */
export const routed: readonly Routed[] = operations.flatMap((operation): readonly Routed[] => {
  const route = routes[operation.name];
  if (!isRoute(route)) return [];
  const { input } = operation;
  return [{ route, operation, kinds: fieldKindsOf(input) }];
});

export type Asked = {
  readonly request: Request;
  readonly path: Readonly<Record<string, string>>;
  readonly caller: Credential;
};

export type Asking = {
  /** The profile that is meant when none is named. */
  readonly profile: string;
  contextFor(profile: string, actor: string): OperationContext;
};

/** What a request asks, understood, and granted to whoever asks it. */
export type Question = {
  readonly profile: string;
  readonly input: unknown;
  readonly context: OperationContext;
  /** `Idempotency-Key`, null when none was sent. */
  readonly key: string | null;
};

/** @throws Refusal when it is not understood, or not granted */
export async function understand(
  { route, operation, kinds }: Routed,
  { request, path, caller }: Asked,
  door: Asking,
): Promise<Question> {
  const query = new URL(request.url).searchParams;
  const profile = query.get('profile') ?? door.profile;
  query.delete('profile');
  const texts = readTexts(kinds, path, query);
  // By the value that the operation will be given; one that it cannot be given counts as set.
  const isForAll = route.reach === 'home' || (texts['allProfiles'] ?? false) !== false;
  // Before the body is read: who may not ask gets no work done.
  refuseBeyond(caller, { scope: operation.scope, where: isForAll ? 'home' : { profile } });
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const fields = hasBody
    ? { ...refuseTwice(await readBody(request, route.bodyLimitBytes), path), ...texts }
    : texts;
  const key = request.headers.get('idempotency-key');
  // An operation that knows keys itself keeps the promise even when this process ends in between.
  const keyed = key !== null && kinds.has('key') ? { key: `${caller.id}/${key}` } : {};
  const input = heldTo(operation.input, { ...ofHeaders(kinds, request), ...keyed, ...fields });
  const context = { ...door.contextFor(profile, actorOf(caller)), maker: makerOf(caller) };
  return { profile, input, key, context };
}

/** The path says which one is meant; a body that says otherwise is a mistake that nobody should guess around. */
function refuseTwice(
  body: Readonly<Record<string, unknown>>,
  path: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const twice = Object.keys(path).find((name) => Object.hasOwn(body, name));
  if (twice === undefined) return body;
  throw new Refusal('usage', `${twice}: the path says it already.`, {
    kind: 'usage',
    details: { field: twice },
  });
}

/** `If-Match: "7"` is the revision that was seen. */
function ofHeaders(kinds: FieldKinds, request: Request): Readonly<Record<string, unknown>> {
  const seen = /^"?(\d{1,15})"?$/.exec(request.headers.get('if-match') ?? '')?.[1];
  return seen !== undefined && kinds.has('revision') ? { revision: Number(seen) } : {};
}

/** What a person does by a click, and may click again before anything is seen to happen. */
const clicked: ReadonlySet<string> = new Set(['jobs.run', 'runs.retry']);

/**
 * Asks the operation, once for each key. Its answer goes out unchanged.
 *
 * @throws Refusal when it refuses, or when a key is sent for an answer that is kept nowhere
 */
export async function ask(
  { route, operation, kinds }: Routed,
  { profile, input, context, key }: Question,
  { caller }: Asked,
  once: Once,
): Promise<Sent> {
  const work = async (): Promise<Sent> => ({
    status: route.status,
    body: JSON.stringify(await operation.handle(context, input)),
    isRepeated: false,
  });
  if (route.method === 'GET') return work();
  if (key !== null && route.isSecret) throw keptNowhere();
  const question = JSON.stringify([operation.name, profile, input]);
  const isClick = clicked.has(operation.name);
  return once.answer(
    context,
    { caller, key, question, isRepeatable: kinds.has('key'), isClick },
    work,
  );
}

const keptNowhere = (): Refusal =>
  new Refusal('usage', 'Idempotency-Key: this answer shows a secret, so it is kept nowhere.', {
    kind: 'usage',
    details: { field: 'Idempotency-Key' },
  });
