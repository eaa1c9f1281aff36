/** The lease of another as this process has seen it, in its own awake time. */
export type SeenLease = {
  readonly epoch: number;
  readonly renewals: number;
  readonly holderId: string | null;
  readonly unchangedMs: number;
  /** This process could write to the store when the silence had lasted for a TTL. */
  readonly couldWrite: boolean;
  /** The lease was seen to change, so somebody is alive who holds it. */
  readonly hasChanged: boolean;
};
