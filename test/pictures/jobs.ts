/** A job of the demonstration, and what became of it in the hours before, the oldest first: one letter an hour, as in `past.ts`. */
export type DemonstrationJob = {
  readonly name: string;
  readonly when: string;
  readonly line: string;
  readonly past: string;
  readonly options?: readonly string[];
};

const say = (text: string): string => `printf '%s\\n' '${text}'`;

export const jobs: readonly DemonstrationJob[] = [
  {
    name: 'Morning mail digest',
    when: 'every weekday at 7:30',
    line: say('14 letters, 3 of them want an answer'),
    past: 's',
  },
  {
    name: 'Watch the status page',
    when: 'every 20s',
    line: [
      ...['orders', 'search', 'mail', 'billing', 'login'].map(
        (name) => `printf '\\033[32m✓\\033[0m ${name.padEnd(8)} answers in 41 ms\\n'; sleep 1`,
      ),
      `printf '\\033[33m!\\033[0m imports  slower than yesterday\\n'`,
    ].join('; '),
    past: 'sssssssssssssssssssssss',
  },
  { name: 'Nightly backup', when: '0 3 * * *', line: say('snapshot 8f3a saved'), past: 's' },
  {
    name: 'Photo import',
    when: 'every 2 hours',
    line: say('36 photos'),
    past: 'srsrrsssssss',
    options: ['--require', 'readable=/'],
  },
  {
    name: 'Sync calendar',
    when: 'every 15 minutes',
    line: say('2 changed'),
    past: 'sssssssmmmssssskssssfsss',
  },
  {
    name: 'Weekly report',
    when: '0 9 * * 1',
    line: say('report.md written'),
    past: '',
    options: ['--tz', 'Asia/Tokyo'],
  },
  { name: 'Renew certificates', when: '17 4 * * *', line: say('nothing to renew'), past: 's' },
  {
    name: 'Clean old containers',
    when: '@daily',
    line: say('1.2 GB freed'),
    past: 'f',
  },
  { name: 'Remind me of the dentist', when: 'tomorrow 8:30', line: say('Dentist at 10'), past: '' },
  {
    name: 'Rotate keys',
    when: 'first monday of the month at 10',
    line: say('3 keys'),
    past: '',
    options: ['--paused'],
  },
];
