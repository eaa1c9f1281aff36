import type { Allowed, Place } from '../core/address.ts';

export type NetworkRequest = {
  readonly method: string;
  /** `http:` or `https:`, without user and password. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

export type NetworkHead = {
  readonly status: number;
  /** The words beside the status; empty when there are none. */
  readonly words: string;
  /** By names in small letters; several of one name joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * How one request ended.
 * - `closed`: the name leads to a private address that is not allowed; no connection was made.
 * - `not-sent`: no byte of the request left, or none could be made of it. - `lost`: it may have, and no answer came.
 * - `answered`: the head is there. `body` is what comes on the wire, in pieces, still encoded; it throws when the connection ends before
 *   the answer does, or the signal aborts. Whoever does not read it to its end closes it.
 */
export type NetworkAnswer =
  | { readonly kind: 'closed'; readonly place: Place }
  | { readonly kind: 'not-sent'; readonly cause: string }
  | { readonly kind: 'lost'; readonly cause: string }
  | {
      readonly kind: 'answered';
      readonly head: NetworkHead;
      readonly body: AsyncIterable<Uint8Array>;
      close(): void;
    };

/** The way to servers. */
export type Network = {
  /**
   * Asks once. Every address of the name is looked at, and only the addresses that were looked at are connected to: a name that answers
   * otherwise the second time leads nowhere else. Nothing is followed, no proxy is used, certificates are always checked. Never throws
   * for what the far side does; has no time limit but the signal.
   */
  ask(request: NetworkRequest, allowed: Allowed, signal: AbortSignal): Promise<NetworkAnswer>;
};
