import type { Documents } from '../../ports/documents.ts';

/** Reads YAML and JSON, and writes YAML. The library is loaded when there is something to read or to write. */
export const makeDocuments = (): Documents => ({
  read: async (text) => (await import('./yaml.ts')).readYaml(text),
  write: async (value) => (await import('./yaml.ts')).writeYaml(value),
});
