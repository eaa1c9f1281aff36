import { headerValue } from './http-job.ts';
import type { HttpWork } from './work.ts';

/** One request of a run, complete. What holds a secret goes to the server that it was meant for, and to no other. */
export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly hasSecretBody: boolean;
  /** Names of headers that any server may see. */
  readonly openHeaders: ReadonlySet<string>;
  /** A request that may change something was answered on the way here, by sending us on. */
  readonly hasActed: boolean;
};

type Environment = Readonly<Record<string, string>>;

const variable = /\$\{env:(CRONKEEPER_SECRET_[A-Za-z0-9_]+)\}/g;

/** What another server may see of the headers that a person wrote. */
const open = /^(?:accept|accept-language|content-type|content-language|user-agent)$/;

/**
 * The first request of a run: references replaced by what the environment holds, and what we say of ourselves added. In an address a value
 * is one piece of it, whatever it is made of; in a header or the body it stands as it is.
 *
 * @returns which variable is missing, or which header cannot be sent; never a value
 */
export function firstRequest(
  work: HttpWork,
  env: Environment,
): { readonly request: HttpRequest } | { readonly missing: string } | { readonly wrong: string } {
  const texts = [work.url, ...Object.values(work.headers), work.body ?? ''];
  const missing = texts.flatMap(variablesIn).find((name) => env[name] === undefined);
  if (missing !== undefined) return { missing };
  const put = (text: string): string => text.replace(variable, (_, name) => env[name] ?? '');
  const headers: Record<string, string> = { ...ownHeaders(env) };
  for (const [name, text] of Object.entries(work.headers)) headers[name] = put(text);
  const wrong = Object.keys(headers).find((name) => !headerValue.test(headers[name] ?? ''));
  if (wrong !== undefined) return { wrong };
  const openHeaders = Object.keys(headers).filter(
    (name) => open.test(name) && variablesIn(work.headers[name] ?? '').length === 0,
  );
  return {
    request: {
      method: work.method,
      url: new URL(
        work.url.replace(variable, (_, name) =>
          encodeURIComponent((env[name] ?? '').toWellFormed()),
        ),
      ),
      headers,
      body: work.body === null ? null : put(work.body),
      hasSecretBody: variablesIn(work.body ?? '').length > 0,
      openHeaders: new Set(openHeaders),
      hasActed: false,
    },
  };
}

const variablesIn = (text: string): readonly string[] =>
  [...text.matchAll(variable)].map(([, name = '']) => name);

/** The key is the same at every try of the run; the epoch lets a server refuse an owner that was replaced. */
const ownHeaders = (env: Environment): Readonly<Record<string, string>> => ({
  'user-agent': 'cronkeeper',
  'accept-encoding': 'gzip',
  ...optional('idempotency-key', env['CRONKEEPER_IDEMPOTENCY_KEY'] ?? env['CRONKEEPER_RUN_ID']),
  ...optional('cronkeeper-epoch', env['CRONKEEPER_EPOCH']),
});

const optional = (name: string, value: string | undefined): Readonly<Record<string, string>> =>
  value === undefined || value === '' ? {} : { [name]: value };

/** Whether a request that was not answered may be taken for one that did nothing twice. */
const isIdempotent = (method: string): boolean => /^(?:GET|HEAD|OPTIONS|PUT|DELETE)$/.test(method);

/** Whether nobody knows what this request did, when it left and no whole answer came. */
export const mayHaveActed = ({ method, hasActed }: HttpRequest): boolean =>
  hasActed || !isIdempotent(method);

/**
 * What to ask next, when an answer sends us on. Who is not the server that was meant gets no header but harmless ones, and no body with a
 * secret; a way back does not bring them back.
 *
 * @returns null when the answer sends us nowhere; a `why` when we do not go there
 */
export function nextRequest(
  request: HttpRequest,
  status: number,
  location: string | undefined,
): { readonly request: HttpRequest; readonly why: string | null } | null {
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return null;
  const turned = turnedBy(request, status);
  const refused = (why: string) => ({ request: turned, why });
  const url = URL.parse(location, request.url.href);
  if (url === null || !/^https?:$/.test(url.protocol))
    return refused('It redirects to something that is no address of a server.');
  if (url.username !== '' || url.password !== '')
    return refused('It redirects to an address with a user or a password.');
  url.hash = '';
  if (url.origin === request.url.origin) return { request: { ...turned, url }, why: null };
  if (turned.body !== null && turned.hasSecretBody)
    return refused(`It redirects to ${url.origin}, where a body with a secret is not sent.`);
  return {
    request: { ...turned, url, headers: only(turned.openHeaders, turned.headers) },
    why: null,
  };
}

/** 307 and 308 ask for the same again; the others say that it was done, and where to read about it. */
function turnedBy(request: HttpRequest, status: number): HttpRequest {
  const { method } = request;
  const becomesGet =
    status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  if (!becomesGet) return request;
  return { ...withoutBody(request), method: 'GET', hasActed: mayHaveActed(request) };
}

const withoutBody = (request: HttpRequest): HttpRequest => ({
  ...request,
  body: null,
  headers: Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !name.startsWith('content-')),
  ),
});

const only = (
  names: ReadonlySet<string>,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.has(name)));
