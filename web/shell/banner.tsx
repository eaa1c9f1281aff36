import { Link } from '@tanstack/react-router';
import { TriangleAlert, Unplug } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { StatusAnswer, WarningAnswer } from '../../src/operations/answers.ts';
import { useLine } from '../events.ts';
import type { Problem } from '../http.ts';
import { RemedyLine } from '../parts/command.tsx';
import { sentence } from '../parts/readiness.tsx';
import { useStatus } from '../status.ts';
import { AtBoot, FromHere } from './start-dialogs.tsx';

/**
 * There on every page whenever jobs will not run, and it cannot be closed: only the truth takes it away. Below it stand schedulers
 * that get in each other's way, and a connection that was lost.
 */
export function Banner() {
  const { data, error } = useStatus();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => keepHeight(box.current), []);
  return (
    <div ref={box} className="z-30 sm:sticky sm:top-0">
      <div role="alert">
        {data !== undefined && !data.readiness.willRun && <NothingRuns status={data} />}
      </div>
      <div role="status">
        {data?.warnings
          .filter(({ code }) => code === 'several_schedulers')
          .map((warning) => (
            <Several key={warning.message} warning={warning} />
          ))}
        <NotKnown problem={error} />
      </div>
    </div>
  );
}

/** What sticks below the banner has to know how high it is. */
function keepHeight(box: HTMLElement | null): () => void {
  if (box === null) return () => {};
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => {
    style.setProperty('--banner', `${box.offsetHeight}px`);
  });
  observer.observe(box);
  return () => observer.disconnect();
}

function NothingRuns({ status }: { readonly status: StatusAnswer }) {
  const { readiness, appointment, jobs } = status;
  const isFree = readiness.code === 'owner_absent' && appointment.kind === 'auto';
  return (
    <section
      aria-label="Nothing will run"
      className="flex flex-wrap items-center gap-x-5 gap-y-2.5 bg-alarm px-4 py-3 text-on-alarm sm:px-6"
    >
      <TriangleAlert size={22} aria-hidden className="shrink-0" />
      <p className="min-w-0 grow basis-64 text-pretty">
        <strong className="font-bold">Nothing will run.</strong> {sentence(readiness.message)}
        {jobs.overdue > 0 &&
          ` ${jobs.overdue} ${jobs.overdue === 1 ? 'job waits' : 'jobs wait'} already.`}
      </p>
      {readiness.remedy !== null && <RemedyLine remedy={readiness.remedy} onAlarm />}
      <div className="flex flex-wrap gap-2">
        {isFree ? (
          <Starts status={status} />
        ) : (
          <Link to="/owner" className={alarmButton}>
            Who may run jobs
          </Link>
        )}
      </div>
    </section>
  );
}

const alarmButton =
  'inline-flex min-h-8 items-center rounded-box border border-on-alarm/60 px-3 font-semibold text-on-alarm hover:bg-black/20 focus-visible:outline-on-alarm';

/** The ways to get a scheduler from here. */
function Starts({ status }: { readonly status: StatusAnswer }) {
  const [open, setOpen] = useState<'boot' | 'here' | null>(null);
  const close = () => setOpen(null);
  const isDesktop = ownRole(status) === 'desktop';
  return (
    <>
      <button type="button" className={alarmButton} onClick={() => setOpen('boot')}>
        Run at boot…
      </button>
      <button type="button" className={alarmButton} onClick={() => setOpen('here')}>
        {isDesktop ? 'Let Desktop schedule while it is open…' : 'Let this dashboard schedule…'}
      </button>
      {open === 'boot' && <AtBoot onClose={close} />}
      {open === 'here' && <FromHere isDesktop={isDesktop} onClose={close} />}
    </>
  );
}

/** What kind of dashboard serves this page, as far as it is known by its address. */
const ownRole = ({ instances }: StatusAnswer): string | undefined =>
  instances.find(({ url }) => url !== null && new URL(url).host === location.host)?.role;

function Several({ warning }: { readonly warning: WarningAnswer }) {
  return (
    <section
      aria-label="Several schedulers"
      className="flex flex-wrap items-center gap-x-5 gap-y-2 border-b border-line bg-raised px-4 py-2 sm:px-6"
    >
      <TriangleAlert size={18} aria-hidden className="shrink-0 text-warn" />
      <p className="min-w-0 grow basis-64 text-pretty">{sentence(warning.message)}</p>
      {warning.remedy !== null && <RemedyLine remedy={warning.remedy} />}
    </section>
  );
}

/** A pause of a second while the browser opens the next connection is nothing to speak of. */
const patienceMs = 3_000;

/** What keeps this page from knowing what is true now. */
function NotKnown({ problem }: { readonly problem: Problem | null }) {
  const isLost = useLongLost() || problem?.status === 0;
  if (!isLost && problem === null) return null;
  return (
    <div className="flex items-center gap-3 border-b border-line bg-raised px-4 py-2 sm:px-6">
      <Unplug size={16} aria-hidden className="shrink-0 text-warn" />
      {isLost || problem === null ? (
        <p>
          The dashboard does not answer. What is shown may be old; this page goes on asking. Jobs
          run without it.
        </p>
      ) : (
        <>
          <p className="min-w-0 grow text-pretty">
            Whether jobs will run is not known now; what is shown may be old.{' '}
            {sentence(problem.message)}
          </p>
          {problem.remedy !== null && <RemedyLine remedy={problem.remedy} />}
        </>
      )}
    </div>
  );
}

function useLongLost(): boolean {
  const line = useLine();
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    setIsLong(false);
    if (line !== 'lost') return;
    const wait = setTimeout(() => setIsLong(true), patienceMs);
    return () => clearTimeout(wait);
  }, [line]);
  return isLong;
}
