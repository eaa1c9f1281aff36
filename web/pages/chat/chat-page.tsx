import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { routes } from '../../api.ts';
import { useAction, useAnswer } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Empty, Loading } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useMay } from '../../session.ts';
import { Line } from './line.tsx';

/** The conversation of the profile. It is kept by the server: this page only shows it, and says something. */
export function ChatPage() {
  const found = useAnswer(routes.chat, {}, { keep: true });
  const lines = found.data?.lines ?? [];
  const end = useRef<HTMLDivElement>(null);
  const newest = lines.at(-1)?.number;
  useEffect(() => {
    if (newest !== undefined) end.current?.scrollIntoView({ block: 'nearest' });
  }, [newest]);
  return (
    <>
      <PageHead title="Chat">
        <p>{found.data?.assistant.note ?? 'Say what you want.'}</p>
      </PageHead>
      {found.error !== null && <ProblemNote problem={found.error} />}
      {found.isPending && <Loading what="the conversation" />}
      {found.isSuccess && lines.length === 0 && (
        <Empty title="Nothing was said yet">
          Say “remind me in 20 seconds to stretch”, or “help”.
        </Empty>
      )}
      <div role="log" aria-label="Conversation" className="space-y-3">
        {lines.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </div>
      {found.data?.isOpen === true && <p className="mt-3 text-soft">Answering…</p>}
      <Say />
      <div ref={end} />
    </>
  );
}

/** Enter says it; with Shift it begins a line. What could not be said stays in the field. */
function Say() {
  const [text, setText] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const say = useAction(routes.say, { done: () => setText('') });
  const may = useMay('edit');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (may && text.trim() !== '') say.mutate({ text });
  };
  const typed = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  return (
    <form ref={form} onSubmit={submit} className="mt-4 space-y-2">
      {say.error !== null && <ProblemNote problem={say.error} />}
      <div className="flex items-end gap-2">
        <textarea
          aria-label="What would you like?"
          rows={2}
          value={text}
          maxLength={16_384}
          readOnly={say.isPending}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={typed}
          className="min-w-0 flex-1 resize-y rounded-box border border-edge bg-raised px-3 py-2"
        />
        <Button type="submit" look="primary" waiting={say.isPending} disabled={!may}>
          Say it
        </Button>
      </div>
      {!may && (
        <p className="text-soft">You may read here; saying something takes the scope “edit”.</p>
      )}
    </form>
  );
}
