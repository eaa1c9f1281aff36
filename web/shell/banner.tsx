import { TriangleAlert } from 'lucide-react';
import { RemedyLine } from '../parts/command.tsx';
import { useProfile } from '../session.ts';
import { useStatus } from '../status.ts';

/** There whenever jobs will not run, on every page, and it cannot be closed: only the truth takes it away. */
export function Banner() {
  const { data } = useStatus();
  const profile = useProfile();
  return (
    <div role="alert" className="sticky top-0 z-30">
      {data !== undefined && !data.readiness.willRun && (
        <section
          aria-label="Nothing will run"
          className="flex flex-wrap items-center gap-x-4 gap-y-2 bg-alarm px-4 py-2.5 text-on-alarm sm:px-6"
        >
          <TriangleAlert size={20} aria-hidden className="shrink-0" />
          <p className="min-w-0 grow basis-72 text-pretty">
            <strong>Nothing will run in profile “{profile}”.</strong> {data.readiness.message}.
          </p>
          {data.readiness.remedy !== null && <RemedyLine remedy={data.readiness.remedy} onAlarm />}
        </section>
      )}
    </div>
  );
}
