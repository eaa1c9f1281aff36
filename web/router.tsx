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
const jobStates = ['enabled', 'paused', 'done'] as const;

/** What the list of jobs is narrowed to. */
export type JobsWhere = {
  readonly search?: string;
  readonly state?: (typeof jobStates)[number];
};

const jobs = createRoute({
  getParentRoute,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): JobsWhere => {
    const text = textOf(search['search']);
    const state = jobStates.find((one) => one === search['state']);
    return {
      ...(text === undefined ? {} : { search: text }),
      ...(state === undefined ? {} : { state }),
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
/** What the history is narrowed to. */
export type RunsWhere = { readonly job?: string };

const runs = createRoute({
  getParentRoute,
  path: '/runs',
  validateSearch: (search: Record<string, unknown>): RunsWhere => {
    const ofJob = textOf(search['job']);
    return ofJob === undefined ? {} : { job: ofJob };
  },
  component: lazyRouteComponent(() => import('./pages/runs/runs-page.tsx'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute,
  path: '/runs/$run',
  component: lazyRouteComponent(() => import('./pages/runs/run-page.tsx'), 'RunPage'),
});
const timeline = createRoute({
  getParentRoute,
  path: '/timeline',
  component: lazyRouteComponent(() => import('./pages/timeline/timeline-page.tsx'), 'TimelinePage'),
});
const owner = createRoute({
  getParentRoute,
  path: '/owner',
  component: lazyRouteComponent(() => import('./pages/owner/owner-page.tsx'), 'OwnerPage'),
});
const inbox = createRoute({
  getParentRoute,
  path: '/inbox',
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
