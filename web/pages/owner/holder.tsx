import type { HolderAnswer } from '../../../src/operations/answers.ts';
import { spanWords } from '../../parts/moment.ts';
import { Chain, LevelBadge } from '../../parts/provenance.tsx';
import { Time } from '../../parts/time.tsx';

/** The process that has the lease, and how it shows that it is who it says. */
export function Holder({
  holder,
  epoch,
}: {
  readonly holder: HolderAnswer | null;
  readonly epoch: number | null;
}) {
  if (holder === null)
    return (
      <p className="text-pretty">
        <strong>Nobody.</strong>{' '}
        <span className="text-soft">
          {epoch === null || epoch === 0
            ? 'Nobody has held this profile yet.'
            : `The last one held it under epoch ${epoch}.`}{' '}
          Nothing is started until an appointed process is alive; what comes due meanwhile is
          decided by it, first of all.
        </span>
      </p>
    );
  const { role, pid, host, provenance, since, heartbeatAgeMs } = holder;
  return (
    <div className="space-y-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <strong className="text-[1.15rem]">
          {role} {pid}
        </strong>
        <LevelBadge level={provenance.level} />
      </p>
      {provenance.service !== null && <p className="break-all">{provenance.service}</p>}
      <Chain provenance={provenance} />
      <p className="text-soft">
        On {host}, epoch {holder.epoch}, since <Time at={since} />. Renewed{' '}
        {heartbeatAgeMs < 2_000 ? 'just now' : `${spanWords(heartbeatAgeMs)} ago`}.
      </p>
    </div>
  );
}
