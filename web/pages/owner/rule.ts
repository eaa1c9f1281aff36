import type { StatusAnswer } from '../../../src/operations/answers.ts';

/** A rule that can be appointed, as `owner appoint` takes it, and what it means. */
export type Choice = { readonly rule: string; readonly words: string; readonly hint: string };

/** What can sensibly be chosen here: by itself, the services there are, and roles. */
export function choicesOf({ services, instances }: StatusAnswer): readonly Choice[] {
  const installed = services.map(({ service, state }) => ({
    service,
    hint: `Installed; its manager says it is ${state}.`,
  }));
  const alive = instances.flatMap(({ provenance, program }) =>
    provenance.service === null || program !== 'cronkeeper'
      ? []
      : [{ service: provenance.service, hint: 'Alive now.' }],
  );
  const byName = new Map([...alive, ...installed].map((one) => [one.service, one.hint]));
  return [
    {
      rule: 'auto',
      words: 'Whoever is most proven',
      hint: 'A proven service, else a runner or gateway, else a dashboard that schedules.',
    },
    ...[...byName].map(([service, hint]) => ({
      rule: `service ${service}`,
      words: `Only the service ${service}`,
      hint: `${hint} No other process ever runs these jobs.`,
    })),
    {
      rule: 'role runner',
      words: 'Only a runner',
      hint: 'Any runner, however it was started. Gateways and dashboards ask.',
    },
    {
      rule: 'role gateway',
      words: 'Only a gateway',
      hint: 'Any gateway, however it was started. Runners and dashboards ask.',
    },
  ];
}

/** Whether the holder may go on under this rule, as far as that is plain from here; the store decides. */
export function staysWith(rule: string, { holder }: StatusAnswer): boolean | null {
  if (holder === null) return null;
  if (rule === 'auto') return true;
  if (rule === `role ${holder.role}`) return true;
  if (rule.startsWith('role ')) return false;
  if (holder.provenance.service === null) return false;
  return rule === `service ${holder.provenance.service}`
    ? holder.provenance.level === 'proven'
    : false;
}
