import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/**
 * What `status`, `doctor`, `tonight` and warnings name as a remedy. A command must mend what it stands beside, so each is executed
 * by a test that then sees the warning gone; what no command can do is advice, and stands here by hand.
 */
const sources = [
  'src/core/readiness.ts',
  'src/core/start-remedy.ts',
  'src/core/store-remedy.ts',
  'src/core/checkup.ts',
  'src/core/service-checkup.ts',
  'src/core/evening-remedies.ts',
  'src/core/outlook.ts',
  'src/operations/status-answer.ts',
  'src/operations/rivals.ts',
  'src/operations/drift.ts',
  'src/operations/doctor.ts',
  'src/operations/doctor-checks.ts',
];

/** The commands as they stand in the sources, and the test that executes each. */
const executed: Readonly<Record<string, string>> = {
  'cronkeeper resume ${job.id}': 'test/journeys/remedies.test.ts',
  'cronkeeper approve ${job.id}': 'test/journeys/remedies.test.ts',
  'cronkeeper ${verb}': 'test/journeys/remedies.test.ts',
  'cronkeeper gateway run${option}': 'test/journeys/remedies.test.ts',
  'cronkeeper service install runner --timer${option}': 'test/systemd/remedies.slow.ts',
  'cronkeeper service install gateway${option}': 'test/systemd/remedies.slow.ts',
  'isLost ? installAgain(record) : startAgain(record)': 'test/systemd/timer.slow.ts',
  'installAgain(record)': 'test/systemd/doctor.slow.ts',
  'startAgain(record)': 'test/systemd/doctor.slow.ts',
  'cronkeeper service install runner${profileOption(profile)}': 'test/systemd/doctor.slow.ts',
  'loginctl enable-linger': 'test/systemd/remedies.slow.ts',
  'mkdir -p -- ${shellWord(cwd)}': 'test/journeys/evening.test.ts',
  'kill -CONT ${pid}': 'test/journeys/bad-store.test.ts',
  'chmod +x -- ': 'test/journeys/evening.test.ts',
};

/** How many pieces of advice each source gives. One more, or one that could be a command, is a decision. */
const advised: Readonly<Record<string, number>> = {
  'src/core/readiness.ts': 5,
  'src/core/start-remedy.ts': 3,
  'src/core/store-remedy.ts': 2,
  'src/core/checkup.ts': 9,
  'src/core/service-checkup.ts': 3,
  'src/core/evening-remedies.ts': 5,
  'src/core/outlook.ts': 1,
  'src/operations/status-answer.ts': 2,
  'src/operations/rivals.ts': 2,
  'src/operations/drift.ts': 1,
  'src/operations/doctor.ts': 1,
  'src/operations/doctor-checks.ts': 9,
};

const root = new URL('../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');

test('every command that is named as a remedy is executed by a test', () => {
  for (const file of sources) {
    // `commandIn(…).text` stands inside of advice.
    const calls = [...textOf(file).matchAll(/(?<![\w.])command\(\s*(.{1,90})/g)];
    for (const [, words = ''] of calls) {
      const known = Object.keys(executed).some((command) =>
        words.replace(/^[`']/, '').startsWith(command),
      );
      assert.ok(known, `${file}: no test is named that executes ${words}`);
    }
    const looks = [...textOf(file).matchAll(/(?<!\{)\bcommandIn\([^\n]*\)(?!\.text)/g)];
    assert.deepEqual(looks.map(String), [], `${file}: a command that only looks is advice`);
  }
  for (const file of Object.values(executed)) assert.ok(existsSync(new URL(file, root)), file);
});

test('every piece of advice is counted', () => {
  const found = Object.fromEntries(
    sources.map((file) => [file, textOf(file).match(/(?<![\w.])advice\(/g)?.length ?? 0]),
  );
  assert.deepEqual(found, advised);
  const all = globSync('src/{core,operations}/*.ts', { cwd: root });
  assert.ok(all.length > 100, 'the sources were not found');
});
