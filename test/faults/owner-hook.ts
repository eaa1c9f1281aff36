/**
 * Loaded into an owner by `NODE_OPTIONS=--import`. Makes it die or stop at one exact place of its talk with the starter, and blocks
 * its event loop or lets its ticks throw when told to. What is said and heard passes through JSON, so that is where it listens.
 *
 * CK_FAULT is `ACTION WHEN KIND`: `kill before go`, `stop before go`, `kill after prepare`, `kill at began`, `hang at waiting`.
 * `hang` stops the wrapper that takes the order, and the owner dies after the next `go`. With `throw` every SIGUSR2 lets its statements
 * throw, or no longer; else SIGUSR2 blocks it for CK_BLOCK_MS.
 */
import { StatementSync } from 'node:sqlite';

const [action = '', when = '', kind = ''] = (process.env['CK_FAULT'] ?? '').split(' ');
let isDone = action === '';
let isHanging = false;

function strike(): void {
  if (isDone) return;
  isDone = true;
  process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}

/** Stops the wrapper that this message names, if it names one. */
function hang(message: unknown, name: 'pid' | 'wrapper'): void {
  if (isHanging || typeof message !== 'object' || message === null) return;
  const pid: unknown = Reflect.get(message, name);
  if (typeof pid !== 'number') return;
  process.kill(pid, 'SIGSTOP');
  isHanging = true;
}

const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? String(Reflect.get(value, 'kind')) : '';

JSON.stringify = new Proxy(JSON.stringify, {
  apply(stringify, self, args: readonly unknown[]) {
    const said = kindOf(args[0]);
    // A spare wrapper is named in the order; of one that is made for it the starter tells.
    if (action === 'hang' && said === 'prepare') hang(args[0], 'wrapper');
    if (said === kind && when === 'before') strike();
    // By then it was written to the starter: what is said in one turn goes out at its end, and a pipe takes it at once.
    if ((said === kind && when === 'after') || (isHanging && said === 'go'))
      process.nextTick(() => process.nextTick(strike));
    return Reflect.apply(stringify, self, args);
  },
});

JSON.parse = new Proxy(JSON.parse, {
  apply(parse, self, args: readonly unknown[]) {
    const heard: unknown = Reflect.apply(parse, self, args);
    if (when === 'at' && kindOf(heard) === kind) {
      if (action === 'hang') hang(heard, 'pid');
      else strike();
    }
    return heard;
  },
});

let isThrowing = false;

if (action === 'throw') {
  process.on('SIGUSR2', () => {
    isThrowing = !isThrowing;
  });
  const { prototype } = StatementSync;
  prototype.all = new Proxy(prototype.all, {
    apply(all, self, args: readonly unknown[]) {
      if (isThrowing) throw new TypeError('thrown on purpose');
      return Reflect.apply(all, self, args);
    },
  });
} else {
  // Blocks everything in this process, as a loop without an end or a huge document would.
  process.on('SIGUSR2', () => {
    const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(nobodyWakes, 0, 0, Number(process.env['CK_BLOCK_MS']));
  });
}
