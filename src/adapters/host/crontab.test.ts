import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readCrontab, writeCrontab } from './crontab.ts';

const folder = mkdtempSync(join(tmpdir(), 'ck-crontab-'));
after(() => rmSync(folder, { recursive: true }));
const written = join(folder, 'written');
process.env['PATH'] = `${folder}:${process.env['PATH'] ?? ''}`;

/** A `crontab` that prints by this line of a shell, and keeps what it is given. */
function crontabThat(prints: string): void {
  const file = join(folder, 'crontab');
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = - ]; then cat >'${written}'; else ${prints}; fi\n`);
  chmodSync(file, 0o755);
}

test('a crontab is written back byte for byte', async () => {
  const bytes = Buffer.from('\ufeff# für mich\r\n* * * * * echo "☕"\n\n');
  writeFileSync(join(folder, 'tab'), bytes);
  crontabThat(`cat '${join(folder, 'tab')}'`);
  await writeCrontab((await readCrontab()) ?? '');
  assert.deepEqual(readFileSync(written), bytes);
  rmSync(written);
});

test('a crontab that is not UTF-8 is refused, for what is read is written back', async () => {
  crontabThat("printf '# mine\\n* * * * * /srv/caf\\351\\n'");
  await assert.rejects(readCrontab(), (error: unknown) => {
    assert.equal(Reflect.get(Object(error), 'code'), 'crontab_unusable');
    assert.match(String(error), /line 2 of it is not UTF-8/);
    return true;
  });
  assert.ok(!existsSync(written));
});

const complaints = [
  { says: 'no crontab for ana', isNone: true },
  { says: 'crontab: no crontab for ana', isNone: true },
  { says: 'You (ana) are not allowed to use this program (crontab)', isNone: false },
];
for (const { says, isNone } of complaints) {
  test(`"${says}" means that ${isNone ? 'there is none' : 'it cannot be used'}`, async () => {
    crontabThat(`echo '${says}' >&2; exit 1`);
    if (isNone) assert.equal(await readCrontab(), null);
    else
      await assert.rejects(readCrontab(), (error: unknown) => {
        assert.equal(Reflect.get(Object(error), 'code'), 'crontab_unusable');
        return String(error).includes(says);
      });
  });
}
