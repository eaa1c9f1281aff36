import { useQueryClient } from '@tanstack/react-query';
import { type ErrorComponentProps, Link, Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { listen } from '../events.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Toasts, toast } from '../parts/toast.tsx';
import { useProfile, useSession } from '../session.ts';
import { Banner } from './banner.tsx';
import { Entrance } from './entrance.tsx';
import { useOpenedLink } from './link.ts';
import { PhoneBar, PhoneTop, Rail } from './navigation.tsx';
import { Shortcuts } from './shortcuts.tsx';

/** Nothing of the page without a session; then the frame with the page in it. */
export function App() {
  const { data, error, isPending } = useSession();
  if (data !== undefined && error?.status !== 401) return <Frame />;
  return <Entrance isLooking={isPending} problem={error} />;
}

function Frame() {
  const profile = useProfile();
  const client = useQueryClient();
  const { refused } = useOpenedLink();
  useEffect(() => listen(profile, client), [profile, client]);
  useEffect(() => {
    if (refused !== null) toast(refused.message, { isBad: true });
  }, [refused]);
  return (
    <>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-box focus:bg-lamp focus:px-3 focus:py-2 focus:text-on-lamp"
      >
        Skip to the page
      </a>
      <Banner />
      <PhoneTop />
      <div className="sm:grid sm:grid-cols-[12.5rem_minmax(0,1fr)]">
        <Rail />
        <main
          id="main"
          tabIndex={-1}
          className="min-w-0 px-4 pt-4 pb-32 outline-none sm:px-8 sm:pt-6 sm:pb-10"
        >
          <div className="mx-auto max-w-6xl">
            <Outlet />
          </div>
        </main>
      </div>
      <PhoneBar />
      <Shortcuts />
      <Toasts />
    </>
  );
}

/** An address that nobody knows. */
export function Lost() {
  return (
    <Empty
      title="There is no such page"
      action={
        <Link to="/jobs" className="underline">
          To the jobs
        </Link>
      }
    >
      <p>The address may be mistyped, or it is of another version of the dashboard.</p>
    </Empty>
  );
}

/** One page that broke must not take the others along. */
export function Broken({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="my-8 space-y-4">
      <h1 className="text-xl font-semibold">This page could not be shown</h1>
      <ProblemNote problem={error instanceof Error ? error : new Error(String(error))} />
      <Button onClick={() => void router.invalidate()}>Try again</Button>
    </div>
  );
}
