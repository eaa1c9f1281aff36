import type { z } from 'zod';
import type { Credential } from '../../core/access.ts';
import { actorOf } from '../../core/access.ts';
import { Refusal } from '../../core/refusal.ts';
import { operations } from '../../operations/list.ts';
import type { Operation, OperationContext } from '../../operations/operation.ts';
import { refuseBeyond } from './callers.ts';
import { type FieldKinds, fieldKindsOf, heldTo, readBody, readTexts } from './question.ts';
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

export type Answered = { readonly status: number; readonly document: unknown };

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
  const isForAll = route.reach === 'home' || query.get('allProfiles') === 'true';
  // Before the body is read: who may not ask gets no work done.
  refuseBeyond(caller, { scope: operation.scope, where: isForAll ? 'home' : { profile } });
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const fields = hasBody
    ? {
        ...refuseTwice(await readBody(request, route.bodyLimitBytes), path),
        ...readTexts(kinds, path, query),
      }
    : readTexts(kinds, path, query);
  const input = heldTo(operation.input, { ...ofHeaders(kinds, request), ...fields });
  return { profile, input, context: door.contextFor(profile, actorOf(caller)) };
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

/** Asks the operation. Its answer goes out unchanged. */
export async function ask({ route, operation }: Routed, question: Question): Promise<Answered> {
  const document = await operation.handle(question.context, question.input);
  return { status: route.status, document };
}
