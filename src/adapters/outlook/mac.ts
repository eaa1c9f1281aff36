import type { Outlook } from '../../core/outlook.ts';
import type { Sources } from './sources.ts';

/**
 * What macOS tells through `pmset`. The settings in use come as lines of a name and a value:
 *
 *     SleepDisabled        0
 *     sleep                1 (sleep prevented by sharingd)
 *
 * and the battery as `Now drawing from 'AC Power'` with lines such as ` -InternalBattery-0 (id=1)	87%; charged; …`.
 */
export async function lookMac({ run }: Sources): Promise<Outlook> {
  const [settings, supply] = await Promise.all([
    run('pmset', ['-g']),
    run('pmset', ['-g', 'batt']),
  ]);
  const battery = supply === null ? null : batteryOf(supply);
  const staysAwake = settings !== null && settingOf(settings, 'SleepDisabled') === 1;
  return {
    // Only its administrator may ask about restarts and about the clock.
    shutdown: null,
    restartWanted: null,
    lid: battery === null || staysAwake ? null : { isClosed: null, action: 'sleep' },
    idleSleepMs: settings === null || staysAwake ? null : idleOf(settings),
    battery,
    isClockSynchronised: null,
    keepAwake: 'caffeinate -i -s -t 43200',
    unknown: [
      'planned restarts',
      'synchronised clock',
      ...(settings === null ? ['sleep (pmset)'] : []),
      ...(supply === null ? ['battery (pmset)'] : []),
    ],
  };
}

function settingOf(settings: string, name: string): number | null {
  const found = new RegExp(`^\\s*${name}\\s+(\\d+)`, 'm').exec(settings);
  return found === null ? null : Number(found[1]);
}

/** In minutes; 0 means never. A person asked `caffeinate` for it; what else keeps it awake may end at any time. */
function idleOf(settings: string): number | null {
  const minutes = settingOf(settings, 'sleep');
  const isKeptAwake = /^\s*sleep\s.*prevented by.*caffeinate/m.test(settings);
  return minutes === null || minutes === 0 || isKeptAwake ? null : minutes * 60_000;
}

function batteryOf(supply: string): Outlook['battery'] {
  if (!supply.includes('InternalBattery')) return null;
  const percent = /(\d+)%/.exec(supply)?.[1];
  return {
    isInUse: supply.includes("'Battery Power'"),
    percent: percent === undefined ? null : Number(percent),
  };
}
