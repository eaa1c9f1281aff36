/** What programs say of themselves, one object a line: read carefully, because it is theirs to change. */
export type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object in a line; null for anything else. */
export function fieldsOf(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The object of this name; an empty one when there is none. */
export function within(of: Fields, name: string): Fields {
  const value = of[name];
  return isFields(value) ? value : {};
}

/** The objects of the list of this name. */
export function listed(of: Fields, name: string): readonly Fields[] {
  const value = of[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function words(of: Fields, name: string): string {
  const value = of[name];
  return typeof value === 'string' ? value : '';
}

export function count(of: Fields, name: string): number {
  const value = of[name];
  return typeof value === 'number' && value >= 0 ? value : 0;
}
