/** What a machine tells about itself, as far as it matters for scheduled work. Null: it does not tell, or it is no question there. */
export type MachineFacts = {
  /** As Node names it: `linux`, `darwin`. */
  readonly platform: string;
  readonly node: { readonly version: string; readonly path: string };
  /** Of the rules of time zones that Node brings along: `2026a`. */
  readonly zoneData: string | null;
  readonly isWsl: boolean;
  readonly container: ContainerFacts | null;
  /** The file system that holds the home. */
  readonly disk: DiskFacts | null;
  /** The user whose process this is, and whether its services run while it is not logged in. */
  readonly user: string;
  readonly lingers: boolean | null;
};

export type ContainerFacts = {
  /** In one word: `docker`, `podman`, `kubernetes`, `container`. */
  readonly kind: string;
  /**
   * What process 1 is. `manager`: a service manager of the container's own. All but `node` collect orphans. `none`: it may not be
   * seen.
   */
  readonly init: 'ours' | 'manager' | 'node' | 'other' | 'none';
};

export type DiskFacts = {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Files that can still be made; null where the file system has no such limit. */
  readonly freeFiles: number | null;
  readonly totalFiles: number | null;
  /** `memory`: gone when the machine goes down. `layer`: gone with the container. */
  readonly kind: 'kept' | 'memory' | 'layer';
};
