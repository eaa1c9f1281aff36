import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { Button } from '../parts/button.tsx';
import { Menu, MenuChoice, MenuTitle } from '../parts/menu.tsx';
import { useProfile, useSession } from '../session.ts';

/** Which profile the pages show. It is part of every address. */
export function ProfileSwitch() {
  const profile = useProfile();
  const { data } = useSession();
  const navigate = useNavigate();
  const names = data?.profiles ?? [profile];
  return (
    <Menu
      align="start"
      trigger={
        <Button look="quiet" small aria-label={`Profile: ${profile}. Switch`} className="max-w-40">
          <span className="truncate text-ink">{profile}</span>
          <ChevronsUpDown size={14} aria-hidden />
        </Button>
      }
    >
      <MenuTitle>Profile</MenuTitle>
      <MenuChoice
        value={profile}
        options={names.map((value) => ({ value, words: value }))}
        onChoose={(chosen) => void navigate({ to: '.', search: { profile: chosen } })}
      />
    </Menu>
  );
}
