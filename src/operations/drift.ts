import { serviceText } from '../core/eligibility.ts';
import { type Finding, fine, problem, warning } from '../core/finding.ts';
import { advice, command } from '../core/refusal.ts';
import { type Drift, findDrift } from '../core/service-drift.ts';
import { type ServiceRecord, serviceOf } from '../core/service-record.ts';
import { installAgain } from '../core/service-words.ts';
import type { WarningAnswer } from './answers.ts';
import type { OperationContext } from './operation.ts';
import type { ProfileView } from './readiness.ts';

type DriftContext = Pick<OperationContext, 'provenances'>;

/** One warning for each service of the profile that is not what was installed any more. */
export async function driftWarnings(
  { provenances }: DriftContext,
  view: Pick<ProfileView, 'services'>,
): Promise<readonly WarningAnswer[]> {
  const { installed } = view.services;
  const seen = await Promise.all(
    installed.map(async ({ record }) => ({ record, seen: await provenances.see(record) })),
  );
  return seen.flatMap(({ record, seen: now }) => {
    const [worst, ...others] = findDrift(record, now);
    return worst === undefined ? [] : [warningOf(record, worst, others)];
  });
}

function warningOf(record: ServiceRecord, worst: Drift, others: readonly Drift[]): WarningAnswer {
  const why = [worst, ...others].map(({ message }) => message).join(' ');
  const name = serviceText(serviceOf(record));
  if (worst.kind === 'look-alike')
    return {
      code: 'provenance_mismatch',
      message: `The service ${name} is not the one that was installed, so it proves nothing. ${why}`,
      remedy: advice(
        `If that is meant, install it again, so that it is the one that counts: ${installAgain(record)}`,
      ),
    };
  return {
    code: 'service_drifted',
    message: `The service ${name} drifted from its installation. ${why}`,
    remedy: command(installAgain(record)),
  };
}

/** The same for `doctor`: the good answer, too. */
export async function checkDrift(
  context: DriftContext,
  view: Pick<ProfileView, 'services'>,
): Promise<readonly Finding[]> {
  const warnings = await driftWarnings(context, view);
  if (warnings.length === 0) return [goodAnswer(view.services.installed.length)];
  return warnings.map(({ code, message, remedy }) =>
    (code === 'provenance_mismatch' ? problem : warning)('drift', message, remedy),
  );
}

const goodAnswer = (installed: number): Finding =>
  fine(
    'drift',
    installed === 0
      ? 'No service was installed for this profile.'
      : 'What was installed is as it was: file, program and binaries.',
  );
