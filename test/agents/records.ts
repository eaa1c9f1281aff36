export type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object, or the test is wrong. */
export function record(value: unknown): Fields {
  if (!isRecord(value)) throw new Error(`This is no object: ${JSON.stringify(value)}`);
  return value;
}
