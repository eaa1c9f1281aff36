import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Why no file can be made whose opening blocks; false when one can. */
export const whyNoLease = (): string | false => {
  if (process.platform !== 'linux') return 'needs leases of files';
  return spawnSync('perl', ['-v']).error === undefined
    ? false
    : 'needs perl: apt-get install perl-base';
};

/** Holds a write lease: the kernel makes everybody who opens the file wait, 45 s by default. It asks the holder by SIGIO, in vain. */
const holdLease = `
use Fcntl;
$SIG{IO} = 'IGNORE';
open(my $file, '+<', $ARGV[0]) or die "open: $!";
fcntl($file, 1024, F_WRLCK) or die "lease: $!";
$| = 1;
print "leased\n";
sleep 60;
`;

export type Leased = { release(): Promise<void> };

/** Makes a file that is there, may be read, and whose opening blocks: what a protected file of a Mac can look like. */
export async function leaseFile(path: string): Promise<Leased> {
  writeFileSync(path, 'protected\n', { mode: 0o644 });
  const child = spawn('perl', ['-e', holdLease, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`no lease could be had: ${code}`)));
  });
  return {
    release: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
