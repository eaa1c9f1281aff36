import type { z } from 'zod';
import { judgeMachine } from '../core/checkup.ts';
import { type Finding, fine, problem } from '../core/finding.ts';
import type { Instant } from '../core/instant.ts';
import type { MachineFacts } from '../core/machine-facts.ts';
import { advice, type ReasonCode, type Remedy } from '../core/refusal.ts';
import { judgeServices } from '../core/service-checkup.ts';
import { storeRemedy } from '../core/store-remedy.ts';
import {
  checkClock,
  checkFailing,
  checkGone,
  checkOutput,
  checkOwner,
  checkRequirements,
  checkRivals,
  checkStore,
  checkTimers,
  checkZone,
} from './doctor-checks.ts';
import { checkDrift } from './drift.ts';
import { nothingInput } from './inputs.ts';
import { doctorOutput } from './outputs.ts';
import { profileOperation } from './profile-check.ts';
import { readReadiness } from './readiness.ts';

type Answer = z.output<typeof doctorOutput>;

/** Every check answers, the good ones too, so that silence is never taken for health. Reads only. */
export const doctor = profileOperation({
  name: 'doctor',
  summary: 'Look for problems and say what mends them',
  input: nothingInput,
  output: doctorOutput,
  scope: 'read',
  async handle(context): Promise<Answer> {
    const [view, machine, outlook] = await Promise.all([
      readReadiness(context),
      context.machine.facts(),
      context.outlook.look(),
    ]);
    const { profile, services } = view;
    const { hasManager, installed: reports } = services;
    return answerOf(profile, [
      ...judgeMachine(machine, view.now),
      ...(await checkStore(context)),
      fine('modes', 'Only this user may look into the home.'),
      checkClock(context, view, outlook.isClockSynchronised),
      checkZone(context),
      ...judgeServices({ profile, hasManager, reports, machine }),
      checkOwner(view),
      ...(await checkRivals(context, view)),
      ...(await checkDrift(context, view)),
      checkTimers(view),
      checkGone(view),
      await checkRequirements(context, view),
      await checkFailing(context),
      await checkOutput(context),
    ]);
  },
});

/** Why a home or its store cannot be opened. */
export type Closed = {
  readonly code: ReasonCode;
  readonly message: string;
  readonly remedy: Remedy | null;
};

export type Outside = {
  readonly profile: string;
  readonly machine: MachineFacts;
  readonly now: Instant;
};

/** The same for a home that cannot be opened: what the machine tells is told, and why nothing else can be. */
export function doctorOutside(
  { code, message, remedy }: Closed,
  { profile, machine, now }: Outside,
): Answer {
  const check = code === 'home_modes' ? 'modes' : code.startsWith('home_') ? 'home' : 'store';
  const mending = remedy ?? storeRemedy(code) ?? advice('Choose another home with --home.');
  return answerOf(profile, [
    ...judgeMachine(machine, now),
    {
      ...problem(check, `${message} [${code}]`, mending),
      mend: code === 'home_modes' ? 'modes' : null,
    },
  ]);
}

const answerOf = (profile: string, findings: readonly Finding[]): Answer => ({
  profile,
  isHealthy: findings.every(({ state }) => state !== 'problem'),
  findings: [...findings],
  mended: [],
});
