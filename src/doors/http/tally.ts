/** How often each status was answered, the requests that were turned away unread among them. */
export type Tally = {
  count(status: number): void;
  readonly counts: ReadonlyMap<number, number>;
};

export function makeTally(): Tally {
  const counts = new Map<number, number>();
  return { counts, count: (status) => counts.set(status, (counts.get(status) ?? 0) + 1) };
}
