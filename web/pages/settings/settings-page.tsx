import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/page.tsx';
import { useMay, useSession } from '../../session.ts';
import { useLeave } from '../../shell/leave.ts';
import { setKeysOn, useKeysOn } from '../../shell/shortcut-keys.ts';
import { setTheme, themes, useTheme } from '../../theme.ts';
import { Tokens } from './tokens.tsx';

/** Who may come in, and how this page behaves. */
export function SettingsPage() {
  const mayAdmin = useMay('admin');
  const { data } = useSession();
  const leave = useLeave();
  return (
    <>
      <PageHead title="Settings" actions={<Button onClick={leave}>Sign out</Button>}>
        {data !== undefined && (
          <p>
            Signed in as {data.actor}, who may {data.scopes.join(', ')} · cronkeeper {data.version}
          </p>
        )}
      </PageHead>
      <div className="space-y-10">
        {mayAdmin ? (
          <Tokens />
        ) : (
          <p className="text-soft">
            Who may come in is shown to those who may do everything. Your session may not; a fresh
            link may: cronkeeper dashboard link
          </p>
        )}
        <ThisPage />
      </div>
    </>
  );
}

const themeWords = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

function ThisPage() {
  const theme = useTheme();
  const keysOn = useKeysOn();
  return (
    <section className="space-y-4">
      <h2 className="text-lg font-semibold">This browser</h2>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
        <legend className="eyebrow mb-1.5">Theme</legend>
        {themes.map((one) => (
          <label key={one} className="flex items-center gap-2">
            <input
              type="radio"
              name="theme"
              className="accent-lamp"
              checked={theme === one}
              onChange={() => setTheme(one)}
            />
            {themeWords[one]}
          </label>
        ))}
      </fieldset>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="accent-lamp"
          checked={keysOn}
          onChange={(event) => setKeysOn(event.currentTarget.checked)}
        />
        Single keys act (press ? for the list)
      </label>
    </section>
  );
}
