export type OutputChunk = {
  readonly bytes: Uint8Array;
  /** Where to read on. */
  readonly nextByte: number;
  /** Nothing is stored for this attempt (yet, or no longer). */
  readonly isAbsent: boolean;
};

/** Stored output of runs, as raw bytes. */
export type OutputReader = {
  /** @param attempt null: the newest attempt. @param maxBytes at most 1 MiB */
  read(
    runId: string,
    attempt: number | null,
    fromByte: number,
    maxBytes: number,
  ): Promise<OutputChunk>;
  /** What an agent did in an attempt, as lines of JSON, at most 16 MiB; null where no agent was asked. @param attempt null: the newest attempt */
  transcript(runId: string, attempt: number | null): Promise<string | null>;
  /** Bytes used by all stored output. */
  usedBytes(): Promise<number>;
};
