import type { Appointment } from '../core/appointment.ts';
import { judgeEligibility, ruleWords } from '../core/eligibility.ts';
import type { Instance } from '../core/instance.ts';
import type { Lease } from '../core/lease.ts';
import { advice } from '../core/refusal.ts';
import type { WarningAnswer } from './answers.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';

type RivalsContext = Pick<OperationContext, 'store' | 'processes' | 'neighbours'>;

const answerDeadlineMs = 1_000;

/**
 * Warns when, and only when, somebody who may not own the profile tries to execute its jobs, or two believe that they own it.
 * Standbys and processes that only ask are no rivals.
 */
export async function findRivals(
  context: RivalsContext,
  view: {
    readonly profile: string;
    readonly appointment: Appointment;
    readonly lease: Lease;
    readonly instances: readonly Instance[];
  },
): Promise<readonly WarningAnswer[]> {
  const { appointment, lease, profile } = view;
  const warnings: WarningAnswer[] = [];
  const others = view.instances.filter(({ id }) => id !== lease.holder?.instanceId);
  const foreign = others.filter(({ standing }) => standing === 'foreign');
  if (foreign.length > 0) {
    warnings.push(
      warning(
        `A scheduler that is not ours executes jobs of profile "${profile}": ${named(foreign)}.`,
      ),
    );
  }
  const intruders = others.filter(
    (row) => row.standing !== 'foreign' && judgeEligibility(appointment, row).kind === 'ineligible',
  );
  if (intruders.length > 0) {
    warnings.push({
      ...warning(
        `The owner of profile "${profile}" is ${ruleWords(appointment)}, but others try to execute its jobs: ${named(intruders)}. They are kept from it.`,
      ),
      remedy: advice(`Stop them, or see who may own it: ${commandIn(profile, 'owner show').text}`),
    });
  }
  const believers = await whoBelieve(context, profile, others);
  if (believers.length > 0) {
    warnings.push(
      warning(
        `Two processes believe that they own profile "${profile}": ${named(believers)} too. The store rejects what the former one writes.`,
      ),
    );
  }
  return warnings;
}

/** Only rows that say so are asked; an answer with an epoch is the belief. */
async function whoBelieve(
  context: RivalsContext,
  profile: string,
  others: readonly Instance[],
): Promise<readonly Instance[]> {
  const suspects = others.filter(
    ({ standing, process }) => standing === 'holder' && context.processes.life(process) === 'alive',
  );
  const answers = await Promise.all(
    suspects.map(({ socket }) => context.neighbours.ask(socket, answerDeadlineMs)),
  );
  const current = suspects.length === 0 ? null : await context.store.leases.read(profile);
  return suspects.filter((suspect, index) => {
    const answer = answers[index];
    const isMine = answer?.instanceId === suspect.id && answer.profile === profile;
    // The lease may have come to it between the two looks.
    return isMine && answer.epoch !== null && current?.holder?.instanceId !== suspect.id;
  });
}

const named = (instances: readonly Instance[]): string =>
  instances.map(({ role, process, host }) => `${role} pid ${process.pid} on ${host}`).join(', ');

const warning = (message: string): WarningAnswer => ({
  code: 'several_schedulers',
  message,
  remedy: advice('Stop the other one, so that only the owner executes.'),
});
