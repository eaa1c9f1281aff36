import { Refusal } from '../../core/refusal.ts';

/** Where a request or an upgrade comes from, as far as its headers tell. Names are those of the headers, values null when absent. */
export type Arrival = {
  readonly method: string;
  /** As it stands in the first line. */
  readonly target: string;
  /** Every Host header there was. */
  readonly hosts: readonly string[];
  readonly origin: string | null;
  readonly secFetchSite: string | null;
  readonly secFetchMode: string | null;
  readonly secFetchDest: string | null;
  readonly hasBearer: boolean;
  readonly isUpgrade: boolean;
};

/** By which names the door may be reached. */
export type Premises = {
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
};

const safeMethods: readonly string[] = ['GET', 'HEAD'];

/**
 * Whether a request may come in at all, before anybody asks who sends it. A browser says in which page a request began, and a page
 * cannot change what it says; so another site's page, and a name that was pointed at this machine, are recognised.
 *
 * @returns null when it may
 */
export function judgeArrival(arrival: Arrival, premises: Premises): Refusal | null {
  if (!/^\/(?!\/)/.test(arrival.target))
    return malformed('The first line of the request must name a path.');
  if (arrival.hosts.length !== 1) return malformed('There must be one Host header.');
  if (!premises.hosts.has((arrival.hosts[0] ?? '').toLowerCase())) return unknownHost(premises);
  if (arrival.origin !== null && !premises.origins.has(arrival.origin)) return foreign();
  if (isOfOtherSite(arrival)) return isMereVisit(arrival) ? null : foreign();
  const changes = arrival.isUpgrade || !safeMethods.includes(arrival.method);
  const isVouchedFor =
    arrival.origin !== null || arrival.secFetchSite === 'same-origin' || arrival.hasBearer;
  return changes && !isVouchedFor ? unvouched() : null;
}

/** `same-site` is foreign too: another port of this machine is of the same site. */
const isOfOtherSite = ({ secFetchSite }: Arrival): boolean =>
  secFetchSite !== null && secFetchSite !== 'same-origin' && secFetchSite !== 'none';

/** A link that was followed to the page. It changes nothing, and the answer cannot be read or framed by the page it stood on. */
const isMereVisit = (arrival: Arrival): boolean =>
  arrival.method === 'GET' &&
  !arrival.isUpgrade &&
  arrival.secFetchMode === 'navigate' &&
  arrival.secFetchDest === 'document' &&
  !arrival.target.startsWith('/api/');

const malformed = (message: string): Refusal =>
  new Refusal('request_malformed', message, { kind: 'usage' });

const unknownHost = ({ hosts }: Premises): Refusal =>
  new Refusal('host_unknown', `This is ${[...hosts].join(' or ')}; another host was asked for.`, {
    details: { hosts: [...hosts] },
  });

const foreign = (): Refusal =>
  new Refusal('origin_refused', 'Pages of other sites may ask nothing here.');

const unvouched = (): Refusal =>
  new Refusal(
    'origin_refused',
    'What changes something needs an Origin header, or a token as "Authorization: Bearer".',
  );
