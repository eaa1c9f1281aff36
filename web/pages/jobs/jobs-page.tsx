import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { buttonClass } from '../../parts/button.tsx';
import { Command } from '../../parts/command.tsx';
import { Empty, Loading } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Table } from '../../parts/table.tsx';
import { Away } from '../../parts/time.tsx';
import { useMay } from '../../session.ts';
import { useShortcut } from '../../shell/shortcut-keys.ts';
import { useStatus } from '../../status.ts';
import { BulkBar } from './bulk-bar.tsx';
import { columnsOf } from './columns.tsx';
import { Filter } from './filter.tsx';
import { useKeys } from './keys.tsx';
import { type Listed, useJobs } from './use-jobs.ts';
import { Watch } from './watch.tsx';

const here = getRouteApi('/jobs');

/** All jobs of the profile. */
export function JobsPage() {
  const { search = '', state } = here.useSearch();
  const found = useJobs({ search, state });
  const chosen = useChosen();
  const navigate = here.useNavigate();
  const { open, dialogs } = useKeys();
  const first = found.data?.first;
  const columns = useMemo(
    () => columnsOf(first?.readiness.by ?? null, first?.readiness.willRun ?? true, chosen),
    [first, chosen],
  );
  useShortcut(
    'n',
    useCallback(() => void navigate({ to: '/jobs/new' }), [navigate]),
  );
  const jobs = found.data?.jobs ?? [];
  const isFiltered = search !== '' || state !== undefined;
  return (
    <>
      <PageHead title="Jobs" actions={<NewJob />}>
        <Summary />
      </PageHead>
      {jobs.length > 0 && <Watch jobs={jobs} />}
      {(jobs.length > 0 || isFiltered) && (
        <Filter count={jobs.length} hasMore={found.hasNextPage} isStale={found.isPlaceholderData} />
      )}
      {found.error !== null && <ProblemNote problem={found.error} />}
      {found.isPending && <Loading what="the jobs" />}
      {jobs.length > 0 && (
        <Table
          label="Jobs"
          rows={jobs}
          columns={columns}
          rowKey={({ id }) => id}
          isSelected={chosen.has}
          onOpen={({ id }) => void navigate({ to: '/jobs/$job', params: { job: id } })}
          onKey={(key, job) => {
            if (key !== 'x' && key !== ' ') return open(key, job);
            chosen.toggle(job);
            return true;
          }}
          more={{
            has: found.hasNextPage,
            isLoading: found.isFetchingNextPage,
            load: () => void found.fetchNextPage(),
          }}
        />
      )}
      {found.isSuccess && jobs.length === 0 && (isFiltered ? <NoneFound /> : <NoJobs />)}
      <BulkBar chosen={chosen.list} onClear={chosen.clear} onAsked={chosen.drop} />
      {dialogs}
    </>
  );
}

function useChosen() {
  const [list, setList] = useState<readonly Listed[]>([]);
  const ids = useMemo(() => new Set(list.map(({ id }) => id)), [list]);
  const last = useRef(ids);
  last.current = ids;
  return useMemo(
    () => ({
      list,
      has: (job: Listed) => ids.has(job.id),
      toggle: (job: Listed) =>
        setList((before) =>
          last.current.has(job.id) ? before.filter(({ id }) => id !== job.id) : [...before, job],
        ),
      clear: () => setList([]),
      drop: (gone: readonly Listed[]) =>
        setList((before) => before.filter((job) => gone.every(({ id }) => id !== job.id))),
    }),
    [list, ids],
  );
}

function NewJob() {
  const mayEdit = useMay('edit');
  if (!mayEdit) return null;
  return (
    <Link to="/jobs/new" className={buttonClass('primary')} aria-keyshortcuts="n">
      <Plus size={16} aria-hidden /> New job
    </Link>
  );
}

function Summary() {
  const { data } = useStatus();
  if (data === undefined) return <p>Looking …</p>;
  const { enabled, paused, pending, done, nextFireAt, nextJob, overdue } = data.jobs;
  const parts = [
    `${enabled} enabled`,
    ...(paused > 0 ? [`${paused} paused`] : []),
    ...(pending > 0 ? [`${pending} to approve`] : []),
    ...(done > 0 ? [`${done} done`] : []),
    ...(data.running > 0 ? [`${data.running} running now`] : []),
  ];
  return (
    <p>
      {parts.join(' · ')}
      {overdue > 0 && <strong className="text-bad"> · {overdue} overdue</strong>}
      {nextFireAt !== null && nextJob !== null && (
        <>
          {' '}
          · next <Away at={nextFireAt} />:{' '}
          <Link
            to="/jobs/$job"
            params={{ job: nextJob.id }}
            className="text-ink underline decoration-edge underline-offset-2"
          >
            {nextJob.name}
          </Link>
        </>
      )}
    </p>
  );
}

const NoJobs = () => (
  <Empty title="No jobs yet" action={<NewJob />}>
    <p>
      A job is a command and a time: “every weekday at 9am”. It runs on this server, under the one
      owner that this profile has, whether or not a browser is open.
    </p>
    <p>From a terminal, or from an agent:</p>
    <Command text={'cronkeeper add "every weekday at 9am" --name report -- ./report.sh'} />
    <p>You have a crontab already? This takes its lines over:</p>
    <Command text="cronkeeper import crontab" />
  </Empty>
);

function NoneFound() {
  return (
    <Empty
      title="No job matches"
      action={
        <Link to="/jobs" search={{}} className={buttonClass()}>
          Show all jobs
        </Link>
      }
    >
      <p>The search looks at names, ids and commands; every word has to be found.</p>
    </Empty>
  );
}
