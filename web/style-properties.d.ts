import 'react';

declare module 'react' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can be extended
  interface CSSProperties {
    /** The tracks of a table's columns. */
    readonly '--tracks'?: string;
  }
}
