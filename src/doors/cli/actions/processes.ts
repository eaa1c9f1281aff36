import { isSet } from '../call.ts';
import type { ProcessKind } from '../host.ts';
import type { Action } from '../spec.ts';

/** The door does not live as a process: it hands over to who can. */
const process =
  (kind: ProcessKind): Action =>
  ({ host, globals, own }) =>
    host.runProcess(kind, { ...globals, replace: isSet(own, 'replace') });

export const up = process('up');
export const runner = process('runner');
export const gateway = process('gateway');
export const tick = process('tick');
