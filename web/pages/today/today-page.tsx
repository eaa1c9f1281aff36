import { Link } from '@tanstack/react-router';
import { buttonClass } from '../../parts/button.tsx';
import { Command } from '../../parts/command.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page.tsx';
import { useMay } from '../../session.ts';
import { useStatus } from '../../status.ts';
import { Morning } from './morning.tsx';
import { Tonight } from './tonight.tsx';
import { dayWords, isMorning } from './words.ts';

/** The first view. In the morning what was comes first, else what will be. */
export function TodayPage() {
  const now = Date.now();
  const wasNight = isMorning(now);
  const { data } = useStatus();
  const hasJobs =
    data === undefined ||
    data.jobs.enabled + data.jobs.paused + data.jobs.pending + data.jobs.done + data.running > 0;
  return (
    <>
      <PageHead title={wasNight ? 'Morning' : 'Tonight'}>
        <p>{dayWords(now)}</p>
      </PageHead>
      {hasJobs ? (
        <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-2">
          {wasNight ? (
            <>
              <Morning />
              <Tonight />
            </>
          ) : (
            <>
              <Tonight />
              <Morning />
            </>
          )}
        </div>
      ) : (
        <NothingYet />
      )}
    </>
  );
}

function NothingYet() {
  const mayEdit = useMay('edit');
  return (
    <Empty
      title="A quiet place so far"
      action={
        mayEdit && (
          <Link to="/jobs/new" className={buttonClass('primary')}>
            Add the first job
          </Link>
        )
      }
    >
      <p>
        In the evening this page says whether every job will run before morning, and what could stop
        one: a missing file, an owner that is gone, a machine that goes to sleep. In the morning it
        says what became of them.
      </p>
      <p>From a terminal, or from an agent:</p>
      <Command text={'cronkeeper add "every weekday at 9am" --name report -- ./report.sh'} />
    </Empty>
  );
}
