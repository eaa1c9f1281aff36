import type { InstanceAnswer, StatusAnswer } from '../../../src/operations/answers.ts';
import { Badge } from '../../parts/outcome.tsx';
import { Chain, LevelBadge } from '../../parts/provenance.tsx';
import { Section } from '../../parts/section.tsx';
import { Away } from '../../parts/time.tsx';

const standings = {
  holder: { words: 'runs the jobs', tone: 'good' },
  standby: { words: 'stands by', tone: 'busy' },
  delegator: { words: 'only asks', tone: 'idle' },
  ineligible: { words: 'may not run them', tone: 'warn' },
  foreign: { words: 'not ours', tone: 'bad' },
} as const;

/** Everything alive that could think of running jobs here, each with why it does or does not. */
export function Instances({ status }: { readonly status: StatusAnswer }) {
  const { instances, foreignTimers } = status;
  return (
    <Section
      title="Alive for this profile"
      aside={
        <span className="text-soft">
          {instances.length} {instances.length === 1 ? 'process' : 'processes'}
        </span>
      }
    >
      {instances.length === 0 ? (
        <p className="text-pretty text-soft">
          No runner, gateway, dashboard or desktop is alive for this profile. The service that you
          install to run jobs will be listed here, and everything else that might.
        </p>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {instances.map((instance) => (
            <One key={`${instance.instanceId} ${instance.pid}`} instance={instance} />
          ))}
        </ul>
      )}
      {foreignTimers.length > 0 && (
        <p className="text-pretty text-warn">
          From time to time also: {foreignTimers.map(({ name }) => name).join(', ')}.
        </p>
      )}
    </Section>
  );
}

function One({ instance }: { readonly instance: InstanceAnswer }) {
  const { role, pid, standing, reason, provenance, url, program, port } = instance;
  const { words, tone } = standings[standing];
  return (
    <li className="grid gap-x-6 gap-y-1.5 py-3 sm:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1 sm:block sm:space-y-1">
        <div className="font-semibold">
          {program === 'cronkeeper' ? role : program} {pid}
        </div>
        <Badge tone={tone}>{words}</Badge>
        <div className="text-[0.92rem] text-soft">
          started <Away at={instance.startedAt} />
        </div>
      </div>
      <div className="min-w-0 space-y-1.5">
        {reason !== null && <p className="text-pretty">{reason}</p>}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-soft">
          <LevelBadge level={provenance.level} />
          {provenance.service !== null && <span className="break-all">{provenance.service}</span>}
          <span>
            {instance.host}
            {instance.version !== '' && `, version ${instance.version}`}
            {port !== null && `, port ${port}`}
          </span>
          {url !== null && <code className="break-all">{url}</code>}
        </div>
        <Chain provenance={provenance} />
      </div>
    </li>
  );
}
