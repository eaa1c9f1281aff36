import { dirname, join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { Json, launcher, patienceMs, until } from '../journeys/program.ts';
import { type Boot, bootMachine, type Executed, type Machine } from './machine.ts';

/** The package whose program is tested; a machine has to show it. */
export const packageFolder = dirname(dirname(launcher));
const program = join(packageFolder, 'bin/cronkeeper');

export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Somebody with an account in a machine, who may use sudo. */
export type Person = {
  readonly name: string;
  readonly folder: string;
  readonly home: string;
  /** Types a line in a session of their own. */
  login(line: string): Promise<Executed>;
  /** Types a command of ours; with `sudo` as root, for this user. */
  type(words: string, how?: 'sudo'): Promise<Executed>;
  /** The same with `--json`, whatever the exit code is. */
  ask(words: string, how?: 'sudo'): Promise<Json>;
  /** Asks as the home's user without any session: nobody is logged in. */
  askAway(words: string): Promise<Json>;
  /** Lines that the runs of the job `witness` wrote. */
  testimony(): Promise<number>;
};

/** Adds an account with a job that writes a line every second, as it may have been there long before. */
export async function addPerson(machine: Machine, name: string): Promise<Person> {
  await machine.output(
    `useradd --create-home --shell /bin/bash ${name} && mkdir -p /etc/sudoers.d && ` +
      `echo '${name} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${name}`,
  );
  const folder = `/home/${name}`;
  const login = (line: string): Promise<Executed> =>
    machine.exec(`su -l ${name} -c ${quote(line)}`);
  const type = (words: string, how?: 'sudo'): Promise<Executed> =>
    login(`${how ?? ''} ${program} ${words}`);
  const person: Person = {
    name,
    folder,
    home: `${folder}/.cronkeeper`,
    login,
    type,
    ask: async (words, how) => read(words, await type(`--json ${words}`, how)),
    askAway: async (words) =>
      read(
        words,
        await machine.exec(
          `setpriv --reuid ${name} --regid ${name} --clear-groups env HOME=${folder} ${program} --json ${words}`,
        ),
      ),
    testimony: async () =>
      (await machine.exec(`cat ${folder}/witness`)).stdout.split('\n').length - 1,
  };
  const job = `add 'every 1s' --name witness --overlap allow --shell ${quote(`echo "$CRONKEEPER_FIRE_TIME" >> ~/witness`)}`;
  const { code, stderr } = await type(job);
  if (code !== 0) throw new Error(stderr);
  return person;
}

function read(words: string, { stdout, stderr }: Executed): Json {
  try {
    return new Json(JSON.parse(stdout));
  } catch (error) {
    throw new Error(`"${words}" is not one document: ${stdout}${stderr}`, { cause: error });
  }
}

/** Waits until the job ran so often again. */
export async function untilMore(
  person: Person,
  lines: number,
  withinMs = patienceMs,
): Promise<void> {
  const before = await person.testimony();
  await until(
    `${lines} more lines of the witness`,
    async () => ((await person.testimony()) >= before + lines ? true : undefined),
    withinMs,
  );
}

/** Every file, folder and link that a service may leave behind outside of the home, with its content. */
export const traces = (machine: Machine, { folder, name }: Person): Promise<string> =>
  machine.output(
    `for place in /etc/systemd ${folder}/.config ${folder}/.local /var/lib/systemd/linger /var/lib/systemd/timers/stamp-cronkeeper*; do ` +
      `find $place -printf '%y %p %l %u %m ' -type f -exec sha256sum {} ';' -o -printf '\\n' 2>/dev/null; done | sed 's/ -> $//' | sort; ` +
      `ls -d ${folder}/.cronkeeper/services 2>/dev/null; ls /var/lib/systemd/linger/${name} 2>/dev/null; true`,
  );

type Story = (machine: Machine, person: Person, t: TestContext) => Promise<void>;

/**
 * Boots one machine for the tests of a file. Each story has somebody new in it; what they installed is gone afterwards. Skips
 * visibly where no machine can be booted.
 */
export function stories(
  /** Units of the machine that are needed beside the usual ones. */
  more: readonly string[] = [],
): (name: string, tell: Story) => void {
  let boot: Boot = { kind: 'unavailable', reason: 'not booted yet' };
  let people = 0;
  before(async () => {
    boot = await bootMachine({
      wants: ['systemd-logind.service', ...more],
      shows: [packageFolder],
    });
    if (boot.kind !== 'booted') return;
    // The end of a session is noticed at once, not after ten seconds.
    await boot.machine.output(
      'mkdir -p /etc/systemd/logind.conf.d && printf "[Login]\\nUserStopDelaySec=0\\n" > /etc/systemd/logind.conf.d/test.conf && systemctl restart systemd-logind',
    );
  });
  after(async () => {
    if (boot.kind === 'booted') await boot.machine.stop();
  });
  return (name, tell) => {
    test(name, async (t) => {
      if (boot.kind === 'unavailable') return t.skip(boot.reason);
      const { machine } = boot;
      if ((await machine.exec('command -v sudo')).code !== 0)
        return t.skip('needs sudo (apt-get install sudo)');
      const person = await addPerson(machine, `ana${people++}`);
      try {
        await tell(machine, person, t);
      } finally {
        await cleanUp(machine, person);
      }
    });
  };
}

const cleanUp = (machine: Machine, { name, folder }: Person): Promise<Executed> =>
  machine.exec(
    `systemctl disable --now 'cronkeeper-*'; rm -rf /etc/systemd/system/cronkeeper-*; systemctl daemon-reload; ` +
      `loginctl disable-linger ${name}; loginctl terminate-user ${name}; rm -f ${folder}/.config/systemd/user/cronkeeper-*; true`,
  );
