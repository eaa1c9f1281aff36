import type { GapFact } from '../core/gap.ts';
import { gapPrefix } from '../core/gap.ts';
import type { Instant } from '../core/instant.ts';
import type { NightEntry } from '../core/night.ts';
import { roles } from '../core/provenance.ts';
import type { RecordedAuditEntry } from '../ports/audit.ts';
import type { Store } from '../ports/store.ts';

const kinds = ['owner.claim', 'owner.preempt', 'owner.release', 'owner.appointed', gapPrefix];
const page = 500;
const maxPages = 20;

/**
 * What was written down about owners and gaps since then, oldest first, and before that back to the claim of whoever owned then; of a
 * timer to the one before it, too, because two of its ticks tell how often it ticks.
 * Many entries are read in pages, at most 10,000; then the oldest are missing.
 */
export async function readNight(
  { audit }: Pick<Store, 'audit'>,
  profile: string,
  since: Instant,
): Promise<readonly NightEntry[]> {
  const found: NightEntry[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  let earlier = 0;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const entries = await audit.list(profile, { kinds, limit: page, before });
    for (const entry of entries) {
      const read = readEntry(entry);
      if (read === null) continue;
      found.push(read);
      if (read.kind !== 'claim' || read.at >= since) continue;
      earlier += 1;
      if (read.role !== 'timer' || earlier > 1) return found.reverse();
    }
    before = entries.at(-1)?.sequence ?? 0;
    if (entries.length < page) break;
  }
  return found.reverse();
}

/** Null for an entry that says nothing about a night. */
function readEntry({ kind, at, detail }: RecordedAuditEntry): NightEntry | null {
  switch (kind) {
    case 'owner.claim':
    case 'owner.preempt':
      return {
        kind: 'claim',
        at,
        role: roles.find((role) => role === detail['role']) ?? 'runner',
        pid: numberOf(detail['pid']) ?? 0,
        machineId: textOf(detail['machineId']),
        host: textOf(detail['host']),
        bootId: textOf(detail['bootId']),
        firstMark: textOf(detail['firstMark']),
        bootedAt: numberOf(detail['bootedAt']),
        predecessorSeenAt: numberOf(detail['predecessorSeenAt']),
      };
    case 'owner.release':
      return { kind: 'release', at, why: textOf(detail['why']) ?? '' };
    case 'owner.appointed':
      return detail['force'] === true
        ? { kind: 'forced', at, holderSeenAt: numberOf(detail['holderSeenAt']) }
        : null;
    default: {
      const gap = gapOf(kind, detail);
      return gap === null ? null : { kind: 'gap', at, gap };
    }
  }
}

const gapKinds = ['asleep', 'paused', 'stepped'] as const;

function gapOf(kind: string, detail: RecordedAuditEntry['detail']): GapFact | null {
  const name = gapKinds.find((one) => kind === `${gapPrefix}${one}`);
  const [from, until, ms] = [detail['from'], detail['until'], detail['ms']].map(numberOf);
  if (name === undefined || from == null || until == null || ms == null) return null;
  return { kind: name, from, until, ms, count: numberOf(detail['count']) ?? 1 };
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
