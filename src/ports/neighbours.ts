import type { CommandLook, Hindrance } from '../core/probe.ts';
import type { Trouble } from '../core/readiness.ts';

/** What the scheduling loop of an instance says of itself. It comes from the loop, so a stuck loop does not answer. */
export type LoopAnswer = {
  readonly instanceId: string;
  readonly profile: string;
  /** The epoch it holds and trusts now, else null. */
  readonly epoch: number | null;
  /** Milliseconds by which its oldest due occurrence is undecided, or a start is stuck; 0 when none. */
  readonly overdueMs: number;
  readonly running: number;
  readonly queued: number;
  /** Why its last tick failed; absent when it did not. */
  readonly trouble?: Trouble;
};

export type Watch = { close(): void };

/** Talking to other instances on this host. All of it is a hint or a question; the store decides. */
export type Neighbours = {
  /** Null when nobody answered within `deadlineMs`. */
  ask(socket: string, deadlineMs: number): Promise<LoopAnswer | null>;
  /** What runs inherit from the environment of the instance; null when nobody answered within `deadlineMs`. */
  environment(socket: string, deadlineMs: number): Promise<Readonly<Record<string, string>> | null>;
  /** Whether a command could begin where the instance would start it; null when nobody answered within `deadlineMs`. */
  examine(
    socket: string,
    look: CommandLook,
    deadlineMs: number,
  ): Promise<{ readonly hindrance: Hindrance | null } | null>;
  /** Tells an instance that the store changed. Never fails. */
  poke(socket: string): Promise<void>;
  /** Calls `onGone` once when the process behind the socket ends, or at once when it cannot be reached. */
  watch(socket: string, onGone: () => void): Watch;
};

export type ReceptionHandlers = {
  /** Asked of the scheduling loop. */
  answer(): Promise<LoopAnswer>;
  /** Wakes the loop. */
  poked(): void;
  /** What runs inherit from this process. No secret may be in it. */
  environment(): Readonly<Record<string, string>>;
  /** Looks whether a command could begin here. Null when it could; fails when that could not be found out. */
  examine(look: CommandLook): Promise<Hindrance | null>;
};

/** This instance's own end of it. */
export type Reception = {
  /** Path of the socket, for the instance's row. */
  readonly path: string;
  open(handlers: ReceptionHandlers): Promise<void>;
  close(): Promise<void>;
};
