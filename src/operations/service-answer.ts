import { serviceText } from '../core/eligibility.ts';
import { toIso } from '../core/instant.ts';
import { serviceOf } from '../core/service-record.ts';
import type { ServiceReport, ServiceState } from '../core/service-report.ts';
import type { ServiceAnswer } from './answers.ts';
import { isoOrNull } from './present.ts';
import type { ProfileView } from './readiness.ts';

/** What leaves the program about a service that was installed. */
export function serviceAnswer(
  { record, state }: ServiceReport,
  { ticks }: Pick<ProfileView, 'ticks'>,
): ServiceAnswer {
  const service = serviceOf(record);
  const own = ticks.find(
    ({ instance: { provenance } }) =>
      provenance.service?.manager === service.manager && provenance.service.unit === service.unit,
  );
  const isKnown = state.kind === 'known';
  return {
    service: serviceText(service),
    role: record.role,
    isTimer: record.isTimer,
    state: stateWord(state),
    detail: stateWords(state),
    startsAtBoot: isKnown ? state.isEnabled : null,
    pid: isKnown ? state.mainPid : null,
    file: record.file,
    nextTickAt: isKnown ? isoOrNull(state.nextTickAt) : null,
    lastTick:
      own === undefined ? null : { at: toIso(own.at), level: own.instance.provenance.level },
  };
}

function stateWord(state: ServiceState): ServiceAnswer['state'] {
  if (state.kind === 'silent') return 'unknown';
  if (state.kind === 'unknown') return 'missing';
  return state.isActive ? 'active' : 'stopped';
}

function stateWords(state: ServiceState): string {
  if (state.kind === 'silent') return `Its manager did not answer: ${state.why}.`;
  if (state.kind === 'unknown') return 'Its manager knows no such service.';
  return state.words;
}
