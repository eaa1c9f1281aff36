import { routes } from '../../api.ts';
import { useAnswer } from '../../ask.ts';
import { Loading } from '../../parts/empty.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { ReadinessNote } from '../../parts/readiness.tsx';
import { Section } from '../../parts/section.tsx';
import { Warnings } from '../../parts/warnings.tsx';
import { useMay } from '../../session.ts';
import { useStatus } from '../../status.ts';
import { Appoint } from './appoint.tsx';
import { Appointment } from './appointment.tsx';
import { HandOver } from './hand-over.tsx';
import { History } from './history.tsx';
import { Holder } from './holder.tsx';
import { Instances } from './instances.tsx';
import { Requests } from './requests.tsx';

/** One owner for a profile: the identity that is appointed, and the process that holds it now. */
export function OwnerPage() {
  const { data, error } = useStatus();
  const owner = useAnswer(routes.owner, {}, { keep: true });
  const mayAppoint = useMay('admin');
  return (
    <>
      <PageHead
        title="Owner"
        actions={
          mayAppoint &&
          data !== undefined && (
            <>
              <HandOver status={data} />
              <Appoint status={data} />
            </>
          )
        }
      >
        <p>One owner runs the jobs of this profile. Everyone else asks.</p>
      </PageHead>
      {error !== null && data === undefined && <ProblemNote problem={error} />}
      {data === undefined && error === null && <Loading what="the owner" />}
      {data !== undefined && (
        <div className="space-y-8">
          <ReadinessNote readiness={data.readiness} subject="Jobs" />
          <Warnings warnings={data.warnings} />
          <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-2">
            <Section title="Appointed">
              <Appointment appointment={data.appointment} />
            </Section>
            <Section title="Holds it now">
              <Holder holder={data.holder} epoch={owner.data?.epoch ?? null} />
            </Section>
          </div>
          <Requests />
          <Instances status={data} />
          <History />
        </div>
      )}
    </>
  );
}
