import { Command } from '../parts/command.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { useProfile } from '../session.ts';

const optionOf = (profile: string): string => (profile === 'default' ? '' : ` -p ${profile}`);

/** A scheduler that the machine starts. Installing changes the machine, so a terminal does it: a dashboard starts no programs. */
export function AtBoot({ onClose }: { readonly onClose: () => void }) {
  const option = optionOf(useProfile());
  return (
    <Dialog title="Run jobs from boot on" onClose={onClose} wide>
      <ol className="list-decimal space-y-4 pl-5">
        <li className="space-y-2">
          <p>
            Look at the files that would be written, and where. Nothing is changed by this, and the
            owner of the profile stays as it is.
          </p>
          <Command text={`cronkeeper service install runner --dry-run${option}`} />
        </li>
        <li className="space-y-2">
          <p>
            Install it. The runner then starts with the machine, with nobody logged in, and is
            appointed to run the jobs of this profile. Everything is taken back by{' '}
            <code>service uninstall</code>.
          </p>
          <Command text={`cronkeeper service install runner${option}`} />
        </li>
      </ol>
      <p className="mt-5 text-pretty text-soft">
        Type it on the machine where the dashboard runs. A dashboard itself starts no programs, so
        that nothing that comes in by the network can. This page notices within five seconds.
      </p>
    </Dialog>
  );
}

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
