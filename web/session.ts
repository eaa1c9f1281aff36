import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ask, type Problem } from './http.ts';

export type Scope = 'read' | 'operate' | 'edit' | 'admin';

/** Who asks through this page, and what it may do. */
export type Session = {
  readonly actor: string;
  readonly scopes: readonly Scope[];
  readonly profiles: readonly string[];
  /** The profile of the dashboard process; asked when the address names none. */
  readonly profile: string;
  readonly version: string;
};

export const useSession = () =>
  useQuery<Session, Problem>({
    queryKey: ['session'],
    queryFn: ({ signal }) => ask({ method: 'GET', path: '/session', signal }),
    retry: (tries, problem) => tries < 3 && problem.status === 0,
    staleTime: 5 * 60_000,
  });

/** The profile of the address, or the dashboard's own. */
export function useProfile(): string {
  const { profile } = useSearch({ strict: false });
  const own = useSession().data?.profile;
  return profile ?? own ?? 'default';
}

/** Whether whoever is signed in may do this; what may not be done is not offered. */
export const useMay = (scope: Scope): boolean => useSession().data?.scopes.includes(scope) ?? false;

/**
 * The code of a link that was opened, taken out of the address at once: the fragment never reached a server,
 * and now it is in no history either.
 */
export function takeLinkCode(): string | null {
  const found = /^#link=([\w-]+)$/.exec(location.hash);
  if (found === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return found[1] ?? null;
}

/** Spends a link: the door answers with a cookie that no script can read. */
export const spendLink = (link: string): Promise<unknown> =>
  ask({ method: 'POST', path: '/session', body: { link } });

export const signOut = (): Promise<unknown> => ask({ method: 'DELETE', path: '/session' });
