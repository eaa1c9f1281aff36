import { useState } from 'react';
import { type AnswerOf, routes } from '../../api.ts';
import { useAction, useAnswer } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Loading } from '../../parts/empty.tsx';
import { Badge } from '../../parts/outcome.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Away } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { NewToken } from './new-token.tsx';

type Credential = AnswerOf<typeof routes.tokens>['credentials'][number];

/** Everybody who may come in: browsers that were let in, and programs with a token. */
export function Tokens() {
  const { data, error } = useAnswer(routes.tokens, {});
  const [isMaking, setIsMaking] = useState(false);
  const [gone, setGone] = useState<Credential>();
  const credentials = data?.credentials.filter(({ isCurrent }) => isCurrent) ?? [];
  return (
    <section className="space-y-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h2 className="text-lg font-semibold">Who may come in</h2>
          <p className="text-soft">
            Browsers come by a link, programs with a token. What is revoked is out within 5 seconds.
          </p>
        </div>
        <Button look="primary" onClick={() => setIsMaking(true)}>
          New token
        </Button>
      </div>
      {error !== null && <ProblemNote problem={error} />}
      {data === undefined && error === null && <Loading what="the tokens" />}
      {credentials.length > 0 && (
        <ul className="divide-y divide-line border-y border-line">
          {credentials.map((one) => (
            <Line key={one.id} credential={one} onRevoke={() => setGone(one)} />
          ))}
        </ul>
      )}
      {isMaking && <NewToken onClose={() => setIsMaking(false)} />}
      {gone !== undefined && <Revoke credential={gone} onClose={() => setGone(undefined)} />}
    </section>
  );
}

const kindWords = { link: 'unused link', session: 'browser', token: 'program' } as const;

function Line({
  credential: { name, kind, scope, profiles, createdAt, createdBy, expiresAt, usedAt },
  onRevoke,
}: {
  readonly credential: Credential;
  readonly onRevoke: () => void;
}) {
  const title = kind === 'token' ? name : kindWords[kind];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-2 font-semibold">
          {title}
          <Badge tone={scope === 'admin' ? 'warn' : 'idle'}>{scope}</Badge>
          {kind === 'token' && <Badge>{kindWords[kind]}</Badge>}
        </p>
        <p className="text-soft">
          {profiles === null ? 'every profile' : `profile ${profiles.join(', ')}`} · made{' '}
          <Away at={createdAt} /> by {createdBy} ·{' '}
          {usedAt === null ? (
            'never used'
          ) : (
            <>
              used <Away at={usedAt} />
            </>
          )}
          {expiresAt !== null && (
            <>
              {' '}
              · ends <Away at={expiresAt} />
            </>
          )}
        </p>
      </div>
      <Button small look="danger" aria-label={`Revoke ${title}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}

function Revoke({
  credential: { id, name, kind },
  onClose,
}: {
  readonly credential: Credential;
  readonly onClose: () => void;
}) {
  const { mutate, isPending, error } = useAction(routes.revokeToken, {
    done: () => {
      toast('Revoked.');
      onClose();
    },
  });
  return (
    <Confirm
      title={kind === 'token' ? `Revoke ${name}` : 'Sign a browser out'}
      act="Revoke"
      waiting={isPending}
      problem={error}
      onClose={onClose}
      onConfirm={() => mutate({ id })}
    >
      <p>
        {kind === 'token'
          ? 'Programs that use it are refused from now on.'
          : 'That browser has to come with a new link. It may be the one you look at.'}
      </p>
    </Confirm>
  );
}
