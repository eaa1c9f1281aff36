/** Lines of `NAME=VALUE`, as `systemctl show` prints the properties of a unit. */
export function unitProperties(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) found.set(line.slice(0, equals), line.slice(equals + 1).trim());
  }
  return found;
}
