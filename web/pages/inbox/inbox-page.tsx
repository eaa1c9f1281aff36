import { getRouteApi, Link } from '@tanstack/react-router';
import { CheckCheck } from 'lucide-react';
import { useMemo } from 'react';
import { routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Button, buttonClass } from '../../parts/button.tsx';
import { Command } from '../../parts/command.tsx';
import { Empty, Loading } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { toast } from '../../parts/toast.tsx';
import { Warnings } from '../../parts/warnings.tsx';
import { useMay } from '../../session.ts';
import { Entry } from './entry.tsx';
import { type InboxAnswer, type InboxEntry, sorted, useInbox } from './use-inbox.ts';

const here = getRouteApi('/inbox');

/** What jobs have to tell, and what somebody should know. */
export function InboxPage() {
  const { all = false } = here.useSearch();
  const found = useInbox(all);
  const entries = found.data?.entries ?? [];
  const first = found.data?.first;
  return (
    <>
      <PageHead title="Inbox" actions={<ReadAll answer={first} />}>
        <p role="status">
          {first === undefined
            ? 'Results and alerts'
            : first.unread === 0
              ? 'Everything is read'
              : `${first.unread} not read`}
        </p>
      </PageHead>
      <Which />
      {found.error !== null && <ProblemNote problem={found.error} />}
      {found.isPending && <Loading what="the inbox" />}
      {first !== undefined && <Warnings warnings={first.warnings} className="mb-3" />}
      {entries.length > 0 && <Entries entries={entries} />}
      {found.hasNextPage && (
        <div className="mt-3">
          <Button waiting={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
      {found.isSuccess && entries.length === 0 && <Nothing all={all} />}
    </>
  );
}

/** Alerts first: a hundred results must not hide one. */
function Entries({ entries }: { readonly entries: readonly InboxEntry[] }) {
  const { alerts, results } = useMemo(() => sorted(entries), [entries]);
  return (
    <div className="space-y-6">
      {alerts.length > 0 && (
        <Section title="Alerts">
          <ol className="divide-y divide-line border-y border-line">
            {alerts.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
        </Section>
      )}
      {results.length > 0 && (
        <Section title="Results">
          <ol className="divide-y divide-line border-y border-line">
            {results.map(({ newest, earlier }) => (
              <Entry key={newest.id} entry={newest} earlier={earlier} />
            ))}
          </ol>
        </Section>
      )}
    </div>
  );
}

function ReadAll({ answer }: { readonly answer: InboxAnswer | undefined }) {
  const mayOperate = useMay('operate');
  const { mutate, isPending } = useAction(routes.readInbox, {
    done: ({ read }) => toast(read === 1 ? 'One marked as read.' : `${read} marked as read.`),
    failed: (problem) => toast(problem.message, { isBad: true }),
  });
  const newest = answer?.entries[0];
  if (!mayOperate || answer === undefined || answer.unread === 0 || newest === undefined)
    return null;
  return (
    <Button waiting={isPending} onClick={() => mutate({ upTo: newest.id })}>
      <CheckCheck size={15} aria-hidden /> Mark all as read
    </Button>
  );
}

const views = [
  { all: false, words: 'Not read' },
  { all: true, words: 'All' },
] as const;

function Which() {
  const { all = false } = here.useSearch();
  const navigate = here.useNavigate();
  return (
    <fieldset className="mb-3 flex w-fit rounded-box border border-edge bg-raised p-0.5">
      <legend className="sr-only">Which entries</legend>
      {views.map((view) => (
        <label
          key={view.words}
          className="cursor-pointer rounded px-2.5 py-1 text-soft has-checked:bg-lamp has-checked:text-on-lamp has-focus-visible:outline-2 has-focus-visible:outline-lamp"
        >
          <input
            type="radio"
            name="which"
            className="sr-only"
            checked={all === view.all}
            onChange={() =>
              void navigate({
                replace: true,
                search: ({ all: _, ...rest }) => (view.all ? { ...rest, all: true } : rest),
              })
            }
          />
          {view.words}
        </label>
      ))}
    </fieldset>
  );
}

function Nothing({ all }: { readonly all: boolean }) {
  return (
    <Empty
      title={all ? 'Nothing has arrived yet' : 'Nothing waits for you'}
      action={
        all ? (
          <Link to="/jobs" className={buttonClass()}>
            To the jobs
          </Link>
        ) : (
          <Link to="/inbox" search={{ all: true }} className={buttonClass()}>
            Show what was read
          </Link>
        )
      }
    >
      <p>
        What a job prints arrives here when it ends, whether or not a browser was open. So do
        alerts: a run failed and when it is well again, an occurrence was missed or refused, nobody
        owns the profile.
      </p>
      <p>Where results of a job go is up to the job. This sends them somewhere else as well:</p>
      <Command text="cronkeeper edit JOB --deliver inbox --deliver ntfy:my-topic" />
    </Empty>
  );
}
