import { Link } from '@tanstack/react-router';
import {
  CalendarRange,
  Ellipsis,
  Inbox,
  KeyRound,
  ListChecks,
  type LucideIcon,
  MessageSquare,
  MoonStar,
  ScrollText,
  Settings,
} from 'lucide-react';
import { IconButton } from '../parts/button.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine, MenuTitle } from '../parts/menu.tsx';
import { useStatus } from '../status.ts';
import { setTheme, themes, useTheme } from '../theme.ts';
import { useUnread } from '../unread.ts';
import { Keeper } from './keeper.tsx';
import { useLeave } from './leave.ts';
import { ProfileSwitch } from './profile-switch.tsx';
import { openShortcuts } from './shortcut-keys.ts';

type Place = {
  readonly to: string;
  readonly words: string;
  readonly sign: LucideIcon;
  readonly key: string;
};

const places: readonly Place[] = [
  { to: '/', words: 'Tonight', sign: MoonStar, key: 't' },
  { to: '/jobs', words: 'Jobs', sign: ListChecks, key: 'j' },
  { to: '/runs', words: 'Runs', sign: ScrollText, key: 'r' },
  { to: '/timeline', words: 'Timeline', sign: CalendarRange, key: 'l' },
  { to: '/owner', words: 'Owner', sign: KeyRound, key: 'o' },
  { to: '/chat', words: 'Chat', sign: MessageSquare, key: 'c' },
  { to: '/inbox', words: 'Inbox', sign: Inbox, key: 'i' },
  { to: '/settings', words: 'Settings', sign: Settings, key: 's' },
];

/** The keys after `g` that go to a place. */
export const placeKeys = places.map(({ to, words, key }) => ({ to, words, key }));

const isWhole = { exact: true } as const;

/** The left side where there is room for one. */
export function Rail() {
  return (
    <header className="sticky top-(--banner,0px) hidden h-[calc(100dvh-var(--banner,0px))] flex-col border-r border-line px-3 py-5 sm:flex">
      <Keeper />
      <nav aria-label="Pages" className="mt-6 space-y-0.5">
        {places.map(({ to, words, sign: Sign, key }) => (
          <Link
            key={to}
            to={to}
            activeOptions={to === '/' ? isWhole : {}}
            aria-keyshortcuts={`g ${key}`}
            className="group flex items-center gap-2.5 rounded-box px-2 py-1.5 text-soft hover:bg-line/50 hover:text-ink aria-[current=page]:bg-line/70 aria-[current=page]:font-semibold aria-[current=page]:text-ink"
          >
            <Sign size={16} aria-hidden />
            {words}
            {to === '/inbox' && <Unread />}
          </Link>
        ))}
      </nav>
      <div className="mt-auto space-y-3">
        <ProfileSwitch />
        <MoreMenu />
      </div>
    </header>
  );
}

const mostShown = 99;

function Unread() {
  const unread = useUnread();
  if (unread === 0) return null;
  return (
    <span className="ml-auto rounded-full bg-lamp px-1.5 text-[0.8rem] font-semibold text-on-lamp">
      {unread > mostShown ? `${mostShown}+` : unread}
      <span className="sr-only"> not read</span>
    </span>
  );
}

function UnreadDot() {
  const unread = useUnread();
  if (unread === 0) return null;
  return (
    <span className="absolute -top-0.5 -right-1 size-2 rounded-full bg-lamp">
      <span className="sr-only">{unread} not read: </span>
    </span>
  );
}

function MoreMenu() {
  const theme = useTheme();
  const leave = useLeave();
  return (
    <Menu
      align="start"
      trigger={
        <IconButton label="Theme, keys and signing out" small>
          <Ellipsis size={18} aria-hidden />
        </IconButton>
      }
    >
      <MenuTitle>Theme</MenuTitle>
      <MenuChoice
        value={theme}
        options={themes.map((value) => ({ value, words: themeWords[value] }))}
        onChoose={(chosen) => {
          const found = themes.find((one) => one === chosen);
          if (found !== undefined) setTheme(found);
        }}
      />
      <MenuLine />
      <MenuItem onChoose={openShortcuts}>Keys</MenuItem>
      <MenuItem onChoose={leave}>Sign out</MenuItem>
    </Menu>
  );
}

const themeWords = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

/** On a phone: the same places at the thumb, and that nothing will run, however far down somebody reads. */
export function PhoneBar() {
  const { data } = useStatus();
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-8 border-t border-line bg-sheet pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {data?.readiness.willRun === false && (
        <button
          type="button"
          className="col-span-8 bg-alarm py-1.5 font-semibold text-on-alarm"
          onClick={() => scrollTo({ top: 0 })}
        >
          Nothing will run: what to do
        </button>
      )}
      {places.map(({ to, words, sign: Sign }) => (
        <Link
          key={to}
          to={to}
          activeOptions={to === '/' ? isWhole : {}}
          className="flex min-w-0 flex-col items-center gap-0.5 py-2 text-[0.68rem] text-soft aria-[current=page]:font-semibold aria-[current=page]:text-lamp"
        >
          <span className="relative">
            <Sign size={18} aria-hidden />
            {to === '/inbox' && <UnreadDot />}
          </span>
          <span className="max-w-full truncate">{words}</span>
        </Link>
      ))}
    </nav>
  );
}

/** On a phone: who is looked at, above the page. */
export function PhoneTop() {
  return (
    <header className="flex items-center justify-between gap-2 border-b border-line px-4 py-2 sm:hidden">
      <Keeper />
      <div className="flex items-center">
        <ProfileSwitch />
        <MoreMenu />
      </div>
    </header>
  );
}
