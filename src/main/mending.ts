import { userInfo } from 'node:os';
import { mendModes } from '../adapters/host/home-modes.ts';
import { makeSystemd } from '../adapters/services/systemd.ts';
import type { Mend } from '../core/finding.ts';
import type { Place } from '../doors/cli/host.ts';
import type { MendedAnswer } from '../operations/doctor-answers.ts';
import { homePath } from './config.ts';

/** Mends one thing, only of this user, and only what cannot do harm. */
export async function mend({ home }: Place, what: Mend): Promise<MendedAnswer> {
  try {
    return { mend: what, ...(await acts[what](home ?? undefined)) };
  } catch (error) {
    return {
      mend: what,
      isDone: false,
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

type Act = (home: string | undefined) => Promise<Omit<MendedAnswer, 'mend'>>;

const acts: Readonly<Record<Mend, Act>> = {
  modes: async (home) => {
    const closed = mendModes(homePath(home, process.env));
    const paths = closed.slice(0, 5).join(', ');
    const rest = closed.length > 5 ? ` and ${closed.length - 5} more` : '';
    return { isDone: true, message: `Only this user may look into ${paths}${rest} now.` };
  },
  linger: async () => {
    const { uid, username } = userInfo();
    const systemd = makeSystemd({ manager: 'systemd-user', uid, user: username });
    const acted = await systemd.linger(true);
    return acted.kind === 'done'
      ? { isDone: true, message: `Services of ${username} run while nobody is logged in now.` }
      : { isDone: false, message: `loginctl enable-linger: ${acted.why}` };
  },
};
