import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type AnswerOf, call, type InputOf, routes } from '../../api.ts';
import { keyOf } from '../../ask.ts';
import type { Problem } from '../../http.ts';
import { useProfile } from '../../session.ts';

export type Preview = AnswerOf<typeof routes.previewJob>;

const typingMs = 250;

/** What would become of a wish, as soon as the hand rests. Nothing is stored. */
export function usePreview(wish: InputOf<typeof routes.previewJob>) {
  const profile = useProfile();
  const text = useSettled(JSON.stringify(wish));
  const settled: typeof wish = JSON.parse(text);
  return useQuery<Preview, Problem>({
    queryKey: keyOf(profile, routes.previewJob, settled),
    queryFn: ({ signal }) => call(routes.previewJob, settled, { profile, signal }),
    enabled: settled.job !== undefined || (settled.when ?? '') !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const wait = setTimeout(() => setSettled(text), typingMs);
    return () => clearTimeout(wait);
  }, [text]);
  return settled;
}
