import type { OperationName } from '../../operations/list.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Route = {
  readonly method: Method;
  /** Below the base; `{name}` is the field of the operation's input that the piece of the path fills. */
  readonly path: string;
  /** What concerns the home as a whole is for those who may ask about every profile. */
  readonly reach: 'profile' | 'home';
  readonly status: 200 | 201;
  /** Larger than an ordinary body, for files. */
  readonly bodyLimitBytes: number;
  /** The answer shows a secret once: it is kept nowhere, so it cannot be answered again. */
  readonly isSecret: boolean;
};

/** An operation that no route leads to, and why. */
export type NoRoute = { readonly why: string };

export const base = '/api/v1';

const bodyLimitBytes = 1_048_576;
/** A crontab or a file of jobs, with what JSON adds to it. */
const fileLimitBytes = 8 * 1_048_576;

const route =
  (method: Method, reach: Route['reach']) =>
  (path: string, more: Partial<Route> = {}): Route => ({
    method,
    path,
    reach,
    status: 200,
    bodyLimitBytes,
    isSecret: false,
    ...more,
  });

const get = route('GET', 'profile');
const post = route('POST', 'profile');
const patch = route('PATCH', 'profile');
const remove = route('DELETE', 'profile');
const getOfHome = route('GET', 'home');
const postToHome = route('POST', 'home');
const putToHome = route('PUT', 'home');
const removeOfHome = route('DELETE', 'home');

const created = { status: 201 } as const;
const file = { bodyLimitBytes: fileLimitBytes } as const;

/** Every operation with its route. */
export const routes: Readonly<Record<OperationName, Route | NoRoute>> = {
  'jobs.list': get('/jobs'),
  'jobs.add': post('/jobs', created),
  'jobs.preview': post('/jobs/preview'),
  'jobs.show': get('/jobs/{job}'),
  'jobs.edit': patch('/jobs/{job}'),
  'jobs.remove': remove('/jobs/{job}'),
  'jobs.pause': post('/jobs/{job}/pause'),
  'jobs.resume': post('/jobs/{job}/resume'),
  'jobs.approve': post('/jobs/{job}/approve'),
  'jobs.run': post('/jobs/{job}/run'),
  'jobs.why': get('/jobs/{job}/why'),
  'jobs.next': get('/next'),
  'runs.list': get('/runs'),
  'runs.show': get('/runs/{run}'),
  'runs.logs': get('/runs/{subject}/log'),
  'runs.transcript': get('/runs/{subject}/transcript'),
  'runs.cancel': post('/runs/{run}/cancel'),
  'runs.retry': post('/runs/{run}/retry'),
  'chat.say': post('/chat'),
  'chat.read': get('/chat'),
  'inbox.list': get('/inbox'),
  'inbox.read': post('/inbox/read'),
  'deliveries.list': get('/deliveries'),
  'deliveries.retry': post('/deliveries/{delivery}/retry'),
  status: get('/status'),
  tonight: get('/tonight'),
  morning: get('/morning'),
  timeline: get('/timeline'),
  'service.plan': get('/service-plan'),
  doctor: get('/doctor'),
  environment: get('/environment'),
  'owner.show': get('/owner'),
  'owner.appoint': post('/owner/appoint'),
  'owner.handover': post('/owner/handover'),
  'owner.history': get('/owner/history'),
  'requests.list': get('/requests'),
  'profiles.list': getOfHome('/profiles'),
  'profiles.add': postToHome('/profiles', created),
  'profiles.remove': removeOfHome('/profiles/{name}'),
  'config.list': getOfHome('/config'),
  'config.get': getOfHome('/config/{name}'),
  'config.set': putToHome('/config/{name}'),
  'config.path': getOfHome('/config-file'),
  'secrets.list': getOfHome('/secrets'),
  'secrets.check': postToHome('/secrets/check'),
  'secrets.set': { why: 'a value comes from the standard input of a person, by no network' },
  apply: post('/apply', file),
  export: get('/export'),
  'import.crontab': post('/import/crontab', file),
  backup: postToHome('/backup', created),
  'access.link': {
    why: 'whoever can read the home may print a link; nobody else may hand one out',
  },
  'access.list': getOfHome('/access/tokens'),
  'access.add': postToHome('/access/tokens', { ...created, isSecret: true }),
  'access.revoke': removeOfHome('/access/tokens/{id}'),
};

export const isRoute = (one: Route | NoRoute): one is Route => 'method' in one;
