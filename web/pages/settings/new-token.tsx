import { useState } from 'react';
import { type InputOf, routes } from '../../api.ts';
import { useAction } from '../../ask.ts';
import { Button } from '../../parts/button.tsx';
import { Command } from '../../parts/command.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useProfile } from '../../session.ts';

type Scope = NonNullable<InputOf<typeof routes.addToken>['scope']>;

const scopes: readonly (readonly [scope: Scope, words: string])[] = [
  ['read', 'read: look at everything, change nothing'],
  ['operate', 'operate: and run, cancel, retry'],
  ['edit', 'edit: and add, change, pause, remove jobs'],
  ['admin', 'admin: and owners, tokens, settings'],
];

/** Makes a token, and shows it once. */
export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const { mutate, isPending, error, data } = useAction(routes.addToken);
  return (
    <Dialog title="New token" onClose={onClose}>
      {data === undefined ? (
        <TokenForm
          isWaiting={isPending}
          problem={error}
          onClose={onClose}
          onMake={(wish) => mutate(wish)}
        />
      ) : (
        <div className="space-y-4">
          <p>
            <strong>This is shown once.</strong> Keep it where programs find it and people do not.
          </p>
          <Command text={data.token} />
          <p className="text-soft">Sent with each request: Authorization: Bearer TOKEN</p>
          <div className="flex justify-end">
            <Button look="primary" onClick={onClose}>
              I have it
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function TokenForm({
  isWaiting,
  problem,
  onMake,
  onClose,
}: {
  readonly isWaiting: boolean;
  readonly problem: Error | null;
  readonly onMake: (wish: InputOf<typeof routes.addToken>) => void;
  readonly onClose: () => void;
}) {
  const profile = useProfile();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [expires, setExpires] = useState('');
  const [allProfiles, setAllProfiles] = useState(false);
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWaiting || name.trim() === '') return;
        const until = expires.trim() === '' ? {} : { expires: expires.trim() };
        onMake({ name: name.trim(), scope, allProfiles, ...until });
      }}
    >
      <Field label="Name" hint="What the audit log calls its user.">
        {(ties) => (
          <input
            {...ties}
            className="control"
            value={name}
            required
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <fieldset className="space-y-1">
        <legend className="mb-1 font-semibold">What it may be used for</legend>
        {scopes.map(([value, words]) => (
          <label key={value} className="flex items-center gap-2">
            <input
              type="radio"
              name="scope"
              className="accent-lamp"
              checked={scope === value}
              onChange={() => setScope(value)}
            />
            {words}
          </label>
        ))}
      </fieldset>
      <Field label="Ends after" hint="Such as 30d. Empty: when it is revoked.">
        {(ties) => (
          <input
            {...ties}
            className="control sm:max-w-40"
            value={expires}
            onChange={(event) => setExpires(event.currentTarget.value)}
          />
        )}
      </Field>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="accent-lamp"
          checked={allProfiles}
          onChange={(event) => setAllProfiles(event.currentTarget.checked)}
        />
        In every profile, not only in “{profile}”
      </label>
      {problem !== null && <ProblemNote problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" waiting={isWaiting} disabled={name.trim() === ''}>
          Make the token
        </Button>
      </div>
    </form>
  );
}
