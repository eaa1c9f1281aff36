import { Link } from '@tanstack/react-router';
import { useLine } from '../events.ts';
import { useStatus } from '../status.ts';
import { Lamp } from './lamp.tsx';

/** The name, and in one glance whether jobs will run and whether that is fresh. */
export function Keeper() {
  const { data, error } = useStatus();
  const line = useLine();
  const willRun = data?.readiness.willRun;
  const isKnown = willRun !== undefined && line !== 'lost' && error === null;
  const state = !isKnown ? 'unknown' : willRun ? 'lit' : 'out';
  const words = {
    lit: 'Jobs will run',
    out: 'Nothing runs',
    unknown: line === 'lost' ? 'Connection lost' : error === null ? 'Looking' : 'Not known',
  }[state];
  return (
    <Link
      to="/owner"
      className="flex items-center gap-2 rounded-box px-1"
      title={data?.readiness.message}
    >
      <Lamp state={state} />
      <span className="leading-tight">
        <span className="block font-semibold tracking-tight">cronkeeper</span>
        <span
          className={`block text-[0.8rem] ${state === 'out' ? 'font-semibold text-bad' : 'text-soft'}`}
        >
          {words}
        </span>
      </span>
    </Link>
  );
}
