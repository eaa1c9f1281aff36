import { type AnswerOf, routes } from '../api.ts';
import { useAnswer } from '../ask.ts';
import { Command } from '../parts/command.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Loading } from '../parts/empty.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { useProfile } from '../session.ts';

const optionOf = (profile: string): string => (profile === 'default' ? '' : ` -p ${profile}`);

/** A scheduler that the machine starts. Installing changes the machine, so a terminal does it: a dashboard starts no programs. */
export function AtBoot({ onClose }: { readonly onClose: () => void }) {
  const { data, error } = useAnswer(routes.servicePlan, {});
  return (
    <Dialog title="Run jobs from boot on" onClose={onClose} wide>
      {error !== null && <ProblemNote problem={error} />}
      {data === undefined && error === null && <Loading what="the files" />}
      {data !== undefined && (data.hasManager ? <Installing plan={data} /> : <NoManager />)}
    </Dialog>
  );
}

function Installing({
  plan: { files, command },
}: {
  readonly plan: AnswerOf<typeof routes.servicePlan>;
}) {
  return (
    <>
      <ol className="list-decimal space-y-4 pl-5">
        <li className="space-y-2">
          <p>Look at what would be written. Nothing is changed by looking.</p>
          {files.map(({ path, text }) => (
            <details key={path} className="rounded-box border border-line bg-paper">
              <summary className="px-3 py-1.5 [overflow-wrap:anywhere]">
                <code>{path}</code>
              </summary>
              <pre className="border-t border-line px-3 py-2 font-mono text-[0.86rem] whitespace-pre-wrap [overflow-wrap:anywhere]">
                {text}
              </pre>
            </details>
          ))}
        </li>
        <li className="space-y-2">
          <p className="text-pretty">
            Install it, as the user whom the dashboard runs as. The runner then starts with the
            machine, with nobody logged in, and is appointed to run the jobs of this profile.{' '}
            <code>service uninstall runner</code> takes everything back.
          </p>
          <Command text={command} />
        </li>
      </ol>
      <Aside />
    </>
  );
}

function NoManager() {
  const option = optionOf(useProfile());
  return (
    <div className="space-y-4">
      <p className="text-pretty">
        This machine has no service manager that is known here (systemd, launchd). In a container,
        let its command be the runner, and let the engine restart it:
      </p>
      <Command text={`cronkeeper runner${option}`} />
      <p>Elsewhere a line of a crontab ticks:</p>
      <Command text={`* * * * * cronkeeper tick${option}`} />
      <Aside />
    </div>
  );
}

const Aside = () => (
  <p className="mt-5 text-pretty text-soft">
    Type it on the machine where the dashboard runs. A dashboard itself starts no programs, so that
    nothing that comes in by the network can. This page notices within five seconds.
  </p>
);

/** A scheduler for as long as something else is open. */
export function FromHere({
  isDesktop,
  onClose,
}: {
  readonly isDesktop: boolean;
  readonly onClose: () => void;
}) {
  const option = optionOf(useProfile());
  return (
    <Dialog
      title={isDesktop ? 'Let Desktop schedule while it is open' : 'Let a dashboard schedule'}
      onClose={onClose}
      wide
    >
      {isDesktop ? <Desktop option={option} /> : <Server option={option} />}
    </Dialog>
  );
}

function Server({ option }: { readonly option: string }) {
  return (
    <div className="space-y-4">
      <p className="text-pretty">
        A dashboard asks and does not run jobs. One that was started with <code>--schedule</code>{' '}
        does, while nothing better is there: a runner or a gateway that starts later takes over from
        it, and running jobs go on.
      </p>
      <p>End this dashboard where it was started, and start it so:</p>
      <Command text={`cronkeeper dashboard --schedule${option}`} />
      <p>Or let the machine do both, at boot:</p>
      <Command text={`cronkeeper service install dashboard --schedule${option}`} />
    </div>
  );
}

function Desktop({ option }: { readonly option: string }) {
  return (
    <div className="space-y-4">
      <p className="text-pretty">
        What a desktop application starts is never chosen by itself: jobs would stop with its
        window, and the machine decides what it may read by who started it. A runner beside it
        schedules for as long as its terminal is open:
      </p>
      <Command text={`cronkeeper runner${option}`} />
      <p className="text-pretty text-soft">
        Jobs that come due while it is closed are made up for, or recorded as missed, as each job
        says.
      </p>
    </div>
  );
}
