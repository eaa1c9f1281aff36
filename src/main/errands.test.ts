import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { editText } from './errands.ts';

/** A folder for the texts, and an editor that does this to them. @returns what was told to the person, and what is left in the folder */
async function editing(
  editor: string,
  use: (text: string | null) => Promise<string>,
): Promise<{ readonly result: string; readonly told: string; readonly left: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-editing-'));
  const before = { TMPDIR: process.env['TMPDIR'], VISUAL: process.env['VISUAL'] };
  Object.assign(process.env, { TMPDIR: folder, VISUAL: editor });
  const write = process.stderr.write;
  let told = '';
  process.stderr.write = (chunk: string | Uint8Array) => {
    told += String(chunk);
    return true;
  };
  try {
    const result = await editText('retries: 0\n', use).catch((error: Error) => error.message);
    const left = readdirSync(folder).map((name) =>
      readFileSync(join(folder, name, 'job.yaml'), 'utf8'),
    );
    return { result, told, left };
  } finally {
    process.stderr.write = write;
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true });
  }
}

const take = async (text: string | null): Promise<string> => `took ${text}`;
const refuse = async (): Promise<string> => {
  throw new Error('refused');
};

test('what was typed is taken and its file goes', async () => {
  assert.deepEqual(await editing('sed -i s/0/2/', take), {
    result: 'took retries: 2\n',
    told: '',
    left: [],
  });
});

test('what was typed and refused stays, and the person is told where', async () => {
  const { result, told, left } = await editing('sed -i s/0/2/', refuse);
  assert.equal(result, 'refused');
  assert.match(told, /^What you typed is kept in \/\S+\/job\.yaml\.\n$/);
  assert.deepEqual(left, ['retries: 2\n']);
});

test('a text that nobody changed is not kept, nor that of an editor that failed', async () => {
  assert.deepEqual(await editing('true', refuse), { result: 'refused', told: '', left: [] });
  const failed = await editing('false', take);
  assert.deepEqual(failed, { result: 'took null', told: '', left: [] });
});
