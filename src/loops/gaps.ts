import { addGap, type GapFact, gapPrefix, isSameGap } from '../core/gap.ts';
import type { Moment } from '../core/instant.ts';
import type { Gap } from '../core/lease-trust.ts';
import { type InstanceState, undertake } from './state.ts';

/** Gaps are told so often at most; what comes more often is put together. */
const tellEveryMs = 60_000;
/** After a store that did not answer. */
const tellAgainMs = 1_000;
/** How far back an entry is looked for whose writing was not answered. */
const lookedBack = 50;

/** How long the machine slept since this was last asked; 0 where that cannot be told. */
export function takeSlept({ gapLog, world }: InstanceState): number {
  const before = gapLog.sleptMs;
  gapLog.sleptMs = world.clock.sleptMs?.() ?? 0;
  return gapLog.sleptMs - before;
}

/** Remembers a gap of a holder, to be told when the store can be reached. Part of the gap guard, so it waits for nothing. */
export function noteGap(
  state: InstanceState,
  gap: Exclude<Gap, { kind: 'none' }>,
  now: Moment,
  sleptMs: number,
): void {
  const { gapLog, last } = state;
  if (state.term === null) return;
  const isSleep = gap.kind === 'paused' && sleptMs > gap.ms / 2;
  const kind = isSleep ? 'asleep' : gap.kind;
  gapLog.untold = addGap(gapLog.untold, {
    kind,
    from: last.wall,
    until: now.wall,
    ms: gap.ms,
    count: 1,
  });
}

/** Writes down what was not told yet. Nobody waits for it: starts that are due after a gap come first, and a store may be away. */
export function tellGaps(state: InstanceState): void {
  const { gapLog, world } = state;
  if (gapLog.untold.length === 0 || gapLog.isTelling) return;
  const { boot } = world.clock.now();
  if (boot < gapLog.nextBoot) return;
  gapLog.nextBoot = boot + tellEveryMs;
  gapLog.isTelling = true;
  undertake(state, 'tell-gaps', tell(state));
}

async function tell(state: InstanceState): Promise<void> {
  const { gapLog, world } = state;
  try {
    for (let gap = gapLog.untold[0]; gap !== undefined; gap = gapLog.untold[0]) {
      const told = gap;
      if (!gapLog.isUnsure || !(await wasTold(state, gap))) {
        // Whether it was written is unknown until the store says so.
        gapLog.isUnsure = true;
        await world.store.audit.append(entryOf(state, gap));
      }
      gapLog.isUnsure = false;
      gapLog.untold = gapLog.untold.filter((one) => one !== told);
    }
  } catch (error) {
    gapLog.nextBoot = world.clock.now().boot + tellAgainMs;
    throw error;
  } finally {
    gapLog.isTelling = false;
  }
}

const entryOf = ({ world: { self, clock } }: InstanceState, gap: GapFact) => {
  const { kind, ...detail } = gap;
  return {
    profile: self.profile,
    at: clock.now().wall,
    actor: `instance:${self.id}`,
    kind: `${gapPrefix}${kind}`,
    subject: self.id,
    detail,
  };
};

async function wasTold({ world: { store, self } }: InstanceState, gap: GapFact): Promise<boolean> {
  const kinds = [`${gapPrefix}${gap.kind}`];
  const entries = await store.audit.list(self.profile, { kinds, limit: lookedBack });
  return entries.some(({ subject, detail }) => subject === self.id && isSameGap(gap, detail));
}
