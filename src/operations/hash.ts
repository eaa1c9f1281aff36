/** SHA-256 of a JSON value as hexadecimal text; the order of keys does not matter. */
export async function hashOf(value: Readonly<Record<string, unknown>>): Promise<string> {
  const sorted = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const bytes = new TextEncoder().encode(JSON.stringify(sorted));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
