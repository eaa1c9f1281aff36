import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useRef } from 'react';
import { call, type Route, subjectOf } from './api.ts';
import { newKey, Problem } from './http.ts';
import { useProfile } from './session.ts';

/** Only what a second try can change is tried again: no answer, or a door that is busy. */
const isWorthAnotherTry = (tries: number, problem: unknown): boolean =>
  tries < 3 && problem instanceof Problem && (problem.status === 0 || problem.status >= 503);

export const queryClient = new QueryClient({
  defaultOptions: {
    // The door says what changed; what nobody announced is looked at again on return to the page.
    queries: { staleTime: 30_000, retry: isWorthAnotherTry, refetchOnWindowFocus: true },
    mutations: { retry: isWorthAnotherTry, networkMode: 'always' },
  },
});

/** Where an answer is kept. The second part is its subject, by which changes make it stale. */
export const keyOf = (profile: string, route: Route<never, unknown>, input: object) =>
  [profile, subjectOf(route), route.path, input] as const;

/** Asks, keeps the answer, asks again when the door says that it changed. */
export function useAnswer<Input extends object, Answer>(
  route: Route<Input, Answer>,
  input: Input,
  options: {
    readonly enabled?: boolean;
    readonly refreshMs?: number;
    readonly keep?: boolean;
  } = {},
): UseQueryResult<Answer, Problem> {
  const profile = useProfile();
  return useQuery<Answer, Problem>({
    queryKey: keyOf(profile, route, input),
    queryFn: ({ signal }) => call(route, input, { profile, signal }),
    enabled: options.enabled ?? true,
    ...(options.refreshMs === undefined ? {} : { refetchInterval: options.refreshMs }),
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
  });
}

/**
 * A wish of a person. All tries of one wish carry the same key, so the door carries it out once; `mutate` while one is under way does
 * nothing, unless it is about another subject.
 */
export function useAction<Input extends object, Answer>(
  route: Route<Input, Answer>,
  then: {
    readonly done?: (answer: Answer, input: Input) => void;
    readonly failed?: (problem: Problem, input: Input) => void;
    /** What a wish is about, where one hand has several. */
    readonly subject?: (input: Input) => string;
  } = {},
): Omit<UseMutationResult<Answer, Problem, Input>, 'mutate'> & { mutate(input: Input): void } {
  const profile = useProfile();
  const client = useQueryClient();
  /** The key of the wish that is under way, by its subject. */
  const underWay = useRef(new Map<string, string>());
  const subjectNamed = (input: Input): string => then.subject?.(input) ?? '';
  const mutation = useMutation<Answer, Problem, Input>({
    // Without a key a second try could do it twice.
    ...(route.isSecret === true ? { retry: false } : {}),
    mutationFn: (input) =>
      call(route, input, { profile, key: underWay.current.get(subjectNamed(input)) }),
    onSuccess: (answer, input) => then.done?.(answer, input),
    onError: (problem, input) => then.failed?.(problem, input),
    onSettled: (_answer, _problem, input) => {
      underWay.current.delete(subjectNamed(input));
      return client.invalidateQueries({ queryKey: [profile, subjectOf(route)] });
    },
  });
  return {
    ...mutation,
    mutate: (input) => {
      // The state of React is a rendering behind; two clicks can come before the next one.
      if (underWay.current.has(subjectNamed(input))) return;
      underWay.current.set(subjectNamed(input), newKey());
      mutation.mutate(input);
    },
  };
}
