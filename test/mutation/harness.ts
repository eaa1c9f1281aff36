/** Stands in for `node:test` where a thousand runs share one process: tests are collected, and run one after the other. */
export type Collected = { readonly name: string; readonly body: (context: object) => unknown };

const collected: Collected[] = [];

/** Takes the form `test(name, body)` only; a test file that needs more of `node:test` cannot be used here. */
export function test(name: string, body: (context: object) => unknown): void {
  if (typeof body !== 'function')
    throw new TypeError(`"${name}" has options; only a body is known`);
  collected.push({ name, body });
}

// biome-ignore lint/style/noDefaultExport: `node:test` has one
export default test;

/** A heading says nothing here: its tests are collected like others. */
export const describe = (_heading: string, body: () => void): void => body();

/** The tests that were collected since this was asked last. */
export const takeCollected = (): readonly Collected[] => collected.splice(0);
