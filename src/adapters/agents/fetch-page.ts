import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import {
  type Allowed,
  hostOf,
  isAddress,
  mayReach,
  portOf,
  readAllowed,
} from '../../core/address.ts';
import { minuteMs } from '../../core/instant.ts';
import type { WorkWorld } from '../../ports/work.ts';
import { refused, type ToolResult } from './tool-result.ts';

/** Where the tool may go: the servers that are named, private or not; and, unless only these are meant, the public network. */
export type FetchRule = { readonly named: Allowed; readonly isOnlyNamed: boolean };

/** Reads the rule from the names of tools. @returns the first name that cannot be read */
export function fetchRule(names: readonly string[]): FetchRule | string {
  const named = names.filter((name) => name.startsWith('fetch:'));
  const read = readAllowed(named.map((name) => name.slice('fetch:'.length)));
  if ('why' in read) return named.find((name) => read.why.includes(name.slice(6))) ?? 'fetch';
  return { named: read.allowed, isOnlyNamed: !names.includes('fetch') };
}

type Address = { readonly address: string; readonly family: number };

const mostRedirects = 3;
const longestMs = minuteMs;

/**
 * Gets a page. Every address of every server on the way is looked at, and only those addresses are connected to. Nothing of the person
 * goes along: no cookies, no keys, no proxy.
 */
export async function fetchPage(
  url: string,
  rule: FetchRule,
  most: number,
  { signal, sleep }: Pick<WorkWorld, 'signal' | 'sleep'>,
): Promise<ToolResult> {
  const over = new AbortController();
  const late = new AbortController();
  const watched = sleep(longestMs, over.signal).then(() => late.abort());
  try {
    return await follow(url, rule, most, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused(
      late.signal.aborted && !over.signal.aborted ? 'It took longer than a minute.' : why,
    );
  } finally {
    over.abort();
    await watched;
  }
}

async function follow(
  first: string,
  rule: FetchRule,
  most: number,
  signal: AbortSignal,
): Promise<ToolResult> {
  let url = first;
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    if (!URL.canParse(url)) return refused('That is no URL.');
    const target = new URL(url);
    if (!/^https?:$/.test(target.protocol)) return refused('Only http and https are fetched.');
    const addresses = await addressesOf(target);
    const place = { host: hostOf(target), port: portOf(target) };
    const isOpen = addresses.every(({ address }) =>
      rule.isOnlyNamed
        ? rule.named.has({ ...place, address })
        : mayReach(rule.named, { ...place, address }),
    );
    if (!isOpen || addresses.length === 0) return refused(`This job may not reach ${place.host}.`);
    const response = await get(target, addresses, signal);
    const { statusCode = 0, headers } = response;
    if (headers.location === undefined || statusCode < 300 || statusCode > 399) {
      const text = await textOf(response, most);
      return { text: `HTTP ${statusCode}\n${text}`, isError: statusCode >= 400 };
    }
    response.destroy();
    url = URL.canParse(headers.location, target.href) ? new URL(headers.location, target).href : '';
  }
  return refused('It redirects too often.');
}

const addressesOf = async (url: URL): Promise<readonly Address[]> =>
  isAddress(hostOf(url))
    ? [{ address: hostOf(url), family: hostOf(url).includes(':') ? 6 : 4 }]
    : lookup(hostOf(url), { all: true });

function get(
  url: URL,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  // A name that answers otherwise the second time leads nowhere else.
  const pinned: LookupFunction = (_host, options, done) => {
    const [{ address, family } = { address: '', family: 0 }] = addresses;
    if (options.all === true) done(null, [...addresses]);
    else done(null, address, family);
  };
  return new Promise((resolve, reject) => {
    const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = { accept: 'text/*, application/json', 'user-agent': 'cronkeeper' };
    const request = ask(url, { method: 'GET', headers, agent: false, lookup: pinned, signal });
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });
}

async function textOf(response: IncomingMessage, most: number): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > most) return `${text.slice(0, most)}\n[cut]`;
  }
  return text;
}
