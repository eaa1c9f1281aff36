import assert from 'node:assert/strict';
import { sleep, until } from '../journeys/program.ts';
import { stories, untilMore } from './person.ts';

/** `setup` on a fresh machine with a real systemd and a real cron. How many full minutes are watched; more by hand. */
const minutes = Number(process.env['MINUTES'] ?? 1);

const story = stories(['cron.service']);

/** Ten lines; each writes the minute, its number, and who ran it. */
const tab = Array.from(
  { length: 10 },
  (_, index) =>
    `* * * * * echo "$(date +\\%H:\\%M) ${index} \${CRONKEEPER_RUN_ID:-cron}" >> /tmp/ran`,
).join('\n');

story(
  'one command makes a scheduler that survives the power, and takes a crontab over with nothing run twice',
  async (machine, person, t) => {
    if ((await machine.exec('command -v crontab')).code !== 0)
      return t.skip('needs cron (apt-get install cron)');
    const ran = async (): Promise<readonly string[]> =>
      (await machine.exec('cat /tmp/ran')).stdout.split('\n').filter(Boolean);
    await person.login(`crontab - <<'TAB'\n${tab}\nTAB`);
    if (minutes > 1)
      await until(
        'cron ran them',
        async () => ((await ran()).length >= 10 ? true : undefined),
        75_000,
      );

    const { code, stdout, stderr } = await person.type('setup --yes', 'sudo');
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /10 lines can become jobs/);
    assert.match(stdout, /Jobs will run: runner \(systemd cronkeeper-default\.service, proven\)/);
    assert.match(stdout, /Took over 10 lines/);
    const left = (await person.login('crontab -l')).stdout.split('\n');
    assert.equal(left.filter((line) => /^[^#\s]/.test(line)).length, 0);

    const before = (await ran()).length;
    const wanted = before + 10 * minutes;
    const all = async () => ((await ran()).length >= wanted ? true : undefined);
    await until('we ran them', all, 75_000 * minutes);
    const seen = await ran();
    assert.ok(seen.slice(before).every((line) => !line.endsWith(' cron')));
    // Each line in each minute once, and none left out between cron and us.
    for (const [minute, lines = []] of Object.entries(Object.groupBy(seen, minuteOf)))
      assert.deepEqual(lines.map(numberOf).sort(), [...'0123456789'], `at ${minute}`);

    await machine.powerOff();
    await sleep(1_000);
    await machine.powerOn();
    await untilMore(person, 2, 60_000);
    const status = await person.askAway('status');
    assert.equal(status.text('holder', 'provenance', 'level'), 'proven');
    // Again there is nothing to do, and it says so.
    assert.match((await person.type('setup --yes', 'sudo')).stdout, /Nothing was changed/);
  },
);

const minuteOf = (line: string): string => line.split(' ')[0] ?? '';
const numberOf = (line: string): string => line.split(' ')[1] ?? '';
