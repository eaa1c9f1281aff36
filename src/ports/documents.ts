/** A structured text file (YAML or JSON) with the place of everything in it. */
export type ReadDocument =
  | {
      readonly kind: 'read';
      readonly value: unknown;
      /** 1-based place of the value (or key) at this path of keys and indexes; the nearest parent when it is not there. */
      placeOf(path: readonly (string | number)[]): Place;
    }
  | { readonly kind: 'broken'; readonly message: string; readonly place: Place };

export type Place = { readonly line: number; readonly column: number };

export type Documents = {
  /** At most 64 MiB; aliases and duplicate keys are errors; never throws. */
  read(text: string): Promise<ReadDocument>;
  write(value: unknown): Promise<string>;
};
