import {
  type Allowed,
  entryFor,
  hostOf,
  isAddress,
  isOwnName,
  mayReach,
  portOf,
  readAllowed,
} from './address.ts';
import { withSecrets } from './secret.ts';
import type { HttpWork } from './work.ts';

/** What a person says about the request of a job; whatever is left out has a default. */
export type HttpJobInput = {
  readonly url: string;
  /** `GET`; with a body, `POST`. */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | null | undefined;
  /** `2xx` */
  readonly expect?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  /** 1 to 10 MiB; 1 MiB. */
  readonly maxBytes?: number | undefined;
};

/** The work, or which part of it cannot be, and why: a clause that begins with "it". No value of a header or body is in it. */
export type ParsedHttpWork =
  | { readonly work: HttpWork }
  | { readonly field: keyof HttpJobInput; readonly why: string };

const mib = 1024 * 1024;

/** What a job has of which nobody said anything. */
export const usualHttp = { expect: '2xx', maxBytes: mib } as const;

const mostMaxBytes = 10 * mib;
const mostBodyBytes = mib;
const longestUrl = 8_000;
const longestHeader = 8_000;
const mostHeaders = 50;
const mostAllowed = 20;
const mostExpected = 20;

/** How a secret is named, for people. */
const form = `\${secret:NAME}`;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** What a header may hold: a line break would begin another header. */
export const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that belong to the connection, and those that we set ourselves. */
const ownHeaders =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer|proxy-.*|cronkeeper-.*)$/;

/**
 * Reads the request of a job. Secrets stay the references that they are, `${secret:NAME}`; a place where one cannot stand is refused,
 * and so is an address that the run would be refused for anyway.
 */
export function parseHttpWork(input: HttpJobInput): ParsedHttpWork {
  const body = input.body ?? null;
  const method = (input.method ?? (body === null ? 'GET' : 'POST')).trim().toUpperCase();
  const allow = (input.allow ?? []).map((word) => word.trim());
  const headers = readHeaders(input.headers ?? {});
  const read = readAllowed(allow);
  if (!/^[A-Z][A-Z-]{0,19}$/.test(method)) return { field: 'method', why: 'it is no method' };
  if (/^(?:CONNECT|TRACE)$/.test(method))
    return { field: 'method', why: `it must not be ${method}, which asks a proxy` };
  if ('why' in headers) return { field: 'headers', why: headers.why };
  if ('why' in read) return { field: 'allow', why: `it is not understood: ${read.why}` };
  if (allow.length > mostAllowed)
    return { field: 'allow', why: `it has more than ${mostAllowed} entries` };
  const url = readUrl(input.url.trim(), read.allowed);
  if ('why' in url) return { field: 'url', why: url.why };
  const wrongBody = body === null ? null : whyNoBody(method, body);
  if (wrongBody !== null) return { field: 'body', why: wrongBody };
  const expect = readExpect(input.expect ?? usualHttp.expect);
  if (expect === null)
    return { field: 'expect', why: 'it must be codes and classes such as 2xx,304' };
  const maxBytes = input.maxBytes ?? usualHttp.maxBytes;
  if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > mostMaxBytes)
    return { field: 'maxBytes', why: `it must be a whole number from 1 to ${mostMaxBytes}` };
  return {
    work: {
      kind: 'http',
      method,
      url: url.url,
      headers: body === null ? headers.headers : withType(headers.headers, body),
      body,
      expect,
      allow,
      maxBytes,
    },
  };
}

function readHeaders(
  input: Readonly<Record<string, string>>,
): { readonly headers: Readonly<Record<string, string>> } | { readonly why: string } {
  const headers = new Map<string, string>();
  for (const [written, text] of Object.entries(input)) {
    const name = written.trim().toLowerCase();
    const value = text.trim();
    if (!token.test(name)) return { why: `it has "${written.slice(0, 100)}", which is no name` };
    if (ownHeaders.test(name))
      return { why: `it must not have ${name}, which is set for each request` };
    if (headers.has(name)) return { why: `it has ${name} twice` };
    if (!headerValue.test(value))
      return { why: `it has a line break or a letter beyond Latin-1 in ${name}` };
    if (value.length > longestHeader)
      return { why: `it has more than ${longestHeader} letters in ${name}` };
    const wrong = whyNoReference(value);
    if (wrong !== null) return { why: `${wrong} in ${name}` };
    headers.set(name, value);
  }
  if (headers.size > mostHeaders) return { why: `it has more than ${mostHeaders}` };
  return { headers: Object.fromEntries(headers) };
}

/** References are written with a name that a secret can have, and never as the variables that stand for them in a run. */
function whyNoReference(text: string): string | null {
  const rest = withSecrets(text, () => '');
  if (rest.includes('${secret:'))
    return `it has a reference to a secret that is not written ${form}`;
  if (rest.includes('${env:CRONKEEPER_'))
    return `it names a variable of the run; a secret is written ${form}`;
  return null;
}

function readUrl(
  text: string,
  allowed: Allowed,
): { readonly url: string } | { readonly why: string } {
  if (text.length > longestUrl) return { why: `it is longer than ${longestUrl} letters` };
  const wrong = whyNoReference(text);
  if (wrong !== null) return { why: wrong };
  const url = URL.parse(withSecrets(text, () => '1'));
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text))
    return { why: 'it must begin with https:// or http://, and name a server' };
  if (url.username !== '' || url.password !== '')
    return {
      why: `it must not hold a user or a password; put them into a header as ${form}`,
    };
  // Where a run goes must not depend on a secret: nobody could judge it beforehand.
  if (url.origin !== URL.parse(withSecrets(text, () => '2'))?.origin)
    return { why: 'it may refer to a secret only after the name of the server' };
  const host = hostOf(url);
  const address = isAddress(host) ? host : isOwnName(host) ? '127.0.0.1' : null;
  const place = { host, address: address ?? '', port: portOf(url) };
  if (address !== null && !mayReach(allowed, place))
    return {
      why: `it leads to the private address ${address}; to allow it, add ${entryFor(place)} to what the job may reach`,
    };
  return { url: text.replace(/#.*$/s, '') };
}

function whyNoBody(method: string, body: string): string | null {
  if (method === 'GET' || method === 'HEAD') return `it has no meaning with ${method}`;
  if (new TextEncoder().encode(body).length > mostBodyBytes)
    return `it is larger than ${mostBodyBytes} bytes`;
  return whyNoReference(body);
}

/** A body says what it is. */
function withType(
  headers: Readonly<Record<string, string>>,
  body: string,
): Readonly<Record<string, string>> {
  if ('content-type' in headers) return headers;
  return {
    ...headers,
    'content-type': isJson(body) ? 'application/json' : 'text/plain; charset=utf-8',
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Informational answers are never the last one, so nobody can expect them. */
function readExpect(text: string): string | null {
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const areGood = words.every((word) => /^[2-5](?:xx|\d\d)$/.test(word));
  return areGood && words.length > 0 && words.length <= mostExpected ? words.join(',') : null;
}

/** Whether an answer with this status is a success for the job. */
export const isExpected = (expect: string, status: number): boolean =>
  expect
    .split(',')
    .some((word) => word === String(status) || word === `${Math.floor(status / 100)}xx`);
