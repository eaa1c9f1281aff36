import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { App, Broken, Lost } from './shell/app.tsx';

export type Where = {
  /** Which profile is looked at; the dashboard's own when it is not said. */
  readonly profile?: string;
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const rootRoute = createRootRoute({
  component: App,
  notFoundComponent: Lost,
  errorComponent: Broken,
  validateSearch: (search: Record<string, unknown>): Where => {
    const profile = textOf(search['profile']);
    return profile === undefined ? {} : { profile };
  },
  search: { middlewares: [retainSearchParams(['profile'])] },
});

const getParentRoute = () => rootRoute;

const today = createRoute({
  getParentRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/today/today-page.tsx'), 'TodayPage'),
});
const jobStates = ['enabled', 'paused', 'pending', 'done'] as const;

/** What the list of jobs is narrowed to. */
export type JobsWhere = {
  readonly search?: string | undefined;
  readonly state?: (typeof jobStates)[number] | undefined;
};

const jobs = createRoute({
  getParentRoute,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): JobsWhere => {
    // Named even when it is undefined: what is not named here stays as it was in the address.
    return {
      search: textOf(search['search']),
      state: jobStates.find((one) => one === search['state']),
    };
  },
  component: lazyRouteComponent(() => import('./pages/jobs/jobs-page.tsx'), 'JobsPage'),
});
const newJob = createRoute({
  getParentRoute,
  path: '/jobs/new',
  component: lazyRouteComponent(() => import('./pages/job-form/new-job-page.tsx'), 'NewJobPage'),
});
const job = createRoute({
  getParentRoute,
  path: '/jobs/$job',
  component: lazyRouteComponent(() => import('./pages/job/job-page.tsx'), 'JobPage'),
});
const editJob = createRoute({
  getParentRoute,
  path: '/jobs/$job/edit',
  component: lazyRouteComponent(() => import('./pages/job-form/edit-job-page.tsx'), 'EditJobPage'),
});
const marks = [
  'running',
  'queued',
  'succeeded',
  'failed',
  'timed_out',
  'unknown',
  'cancelled',
  'missed',
  'refused',
  'undecided',
  'skipped',
] as const;

/** What the history is narrowed to. */
export type RunsWhere = {
  readonly job?: string | undefined;
  readonly became?: (typeof marks)[number] | undefined;
};

const runs = createRoute({
  getParentRoute,
  path: '/runs',
  validateSearch: (search: Record<string, unknown>): RunsWhere => {
    return {
      job: textOf(search['job']),
      became: marks.find((one) => one === search['became']),
    };
  },
  component: lazyRouteComponent(() => import('./pages/runs/runs-page.tsx'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute,
  path: '/runs/$run',
  component: lazyRouteComponent(() => import('./pages/run/run-page.tsx'), 'RunPage'),
});
const spans = ['1', '6', '24', '72'] as const;

/** How many hours behind and ahead are shown, and whose charts. */
export type TimelineWhere = { readonly hours?: (typeof spans)[number]; readonly job?: string };

const timeline = createRoute({
  getParentRoute,
  path: '/timeline',
  validateSearch: (search: Record<string, unknown>): TimelineWhere => {
    const hours = spans.find((one) => one === String(search['hours']));
    const ofJob = textOf(search['job']);
    return {
      ...(hours === undefined ? {} : { hours }),
      ...(ofJob === undefined ? {} : { job: ofJob }),
    };
  },
  component: lazyRouteComponent(() => import('./pages/timeline/timeline-page.tsx'), 'TimelinePage'),
});
const owner = createRoute({
  getParentRoute,
  path: '/owner',
  component: lazyRouteComponent(() => import('./pages/owner/owner-page.tsx'), 'OwnerPage'),
});
const chat = createRoute({
  getParentRoute,
  path: '/chat',
  component: lazyRouteComponent(() => import('./pages/chat/chat-page.tsx'), 'ChatPage'),
});
/** Whether what was read is shown, too. */
export type InboxWhere = { readonly all?: true };

const inbox = createRoute({
  getParentRoute,
  path: '/inbox',
  validateSearch: (search: Record<string, unknown>): InboxWhere =>
    search['all'] === true ? { all: true } : {},
  component: lazyRouteComponent(() => import('./pages/inbox/inbox-page.tsx'), 'InboxPage'),
});
const settings = createRoute({
  getParentRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    today,
    jobs,
    newJob,
    job,
    editJob,
    runs,
    run,
    timeline,
    owner,
    chat,
    inbox,
    settings,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can be extended
  interface Register {
    router: typeof router;
  }
}
