import { exchange, type Reply } from '../http/house.ts';
import { Json, type Person, type Running, until } from './program.ts';

/** A dashboard that a person started, and where it said that it is. */
export type Dashboard = Running & {
  readonly url: string;
  readonly port: number;
  readonly link: string;
};

/** What a dashboard printed first, with `--json`; undefined until it has. */
export function announcement(running: Running): Json | undefined {
  const line = running.output().match(/^\{"profile".*\}$/m)?.[0];
  return line === undefined ? undefined : new Json(JSON.parse(line));
}

/** Starts a dashboard at a port that is free, and waits until its door is open. */
export async function startDashboard(
  person: Person,
  args: readonly string[] = [],
  through: readonly string[] = [],
): Promise<Dashboard> {
  const words = ['--json', 'dashboard', ...(args.includes('--desktop') ? [] : ['--port', '0'])];
  const running = person.start([...words, ...args], {}, through);
  const said = await until(
    `the dashboard ${args.join(' ')} is there`,
    () => announcement(running),
    30_000,
  ).catch((cause: unknown) => {
    throw new Error(`the dashboard only said: ${running.output()}`, { cause });
  });
  return {
    ...running,
    url: said.text('url'),
    port: said.number('port'),
    link: said.text('link'),
  };
}

/** A browser that was let in. */
export type Browser = {
  readonly cookie: string;
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
};

/** Opens the link as the page does, and keeps the cookie. */
export async function signIn({ port, url, link }: Dashboard): Promise<Browser> {
  const code = new URLSearchParams(new URL(link).hash.slice(1)).get('link');
  const entered = await exchange(port, '/api/v1/session', {
    body: { link: code },
    headers: { origin: url },
  });
  if (entered.status !== 200) throw new Error(`not let in: ${entered.text}`);
  const [set = ''] = [entered.headers['set-cookie'] ?? ''].flat();
  const [cookie = ''] = set.split(';');
  const headers = { cookie, origin: url };
  return {
    cookie,
    get: (path) => exchange(port, `/api/v1${path}`, { headers }),
    post: (path, body) => exchange(port, `/api/v1${path}`, { headers, body }),
  };
}
