import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCron } from './cron-expression.ts';

const canonicalOf = (text: string): string => {
  const reading = readCron(text);
  return reading.kind === 'cron' ? reading.cron.canonical : `refused: ${reading.refusal.message}`;
};

const accepted = [
  ['0 9 * * 1-5', '0 9 * * 1-5'],
  ['  00   09 * * MON-fri ', '0 9 * * 1-5'],
  ['*/15 9-17 * * 1,3,5', '*/15 9-17 * * 1,3,5'],
  ['5/15 * * * *', '5/15 * * * *'],
  ['0 22-2 * * *', '0 22-2 * * *'],
  ['0 0 * * FRI-MON', '0 0 * * 5-1'],
  ['0 0 * * 5-7', '0 0 * * 5-7'],
  ['0 0 * * 7', '0 0 * * 0'],
  ['0 0 * * 7-2', '0 0 * * 0-2'],
  ['0 0 1 NOV-FEB *', '0 0 1 11-2 *'],
  ['0 0 L * *', '0 0 L * *'],
  ['0 0 l-3,lw,15w * *', '0 0 L-3,LW,15W * *'],
  ['0 0 * * 5L', '0 0 * * 5L'],
  ['0 0 * * friL,MON#2', '0 0 * * 5L,1#2'],
  ['0 0 ? * ?', '0 0 * * *'],
  ['*/1 * * * *', '* * * * *'],
  ['*/90 * * * *', '*/90 * * * *'],
  ['1,1,2 * * * *', '1,2 * * * *'],
  ['0 0 9 * * *', '0 9 * * *'],
  ['*/10 * * * * *', '*/10 * * * * *'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@HOURLY', '0 * * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
];
for (const [text = '', canonical] of accepted) {
  test(`"${text}" is read as ${canonical}`, () => assert.equal(canonicalOf(text), canonical));
  test(`the canonical text of "${text}" reads back as itself`, () =>
    assert.equal(canonicalOf(canonicalOf(text)), canonical));
}

const refusedTexts = [
  '',
  '* * * *',
  '* * * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * 32 * *',
  '* * * 13 *',
  '* * * * 8',
  '*/0 * * * *',
  '5/ * * * *',
  '1-2-3 * * * *',
  '1//2 * * * *',
  '-5 * * * *',
  '1, * * * *',
  '* * * * *L',
  '0 0 * * L',
  '0 0 * * 5#6',
  '0 0 * * 5#0',
  '0 0 L-31 * *',
  '0 0 0W * *',
  '0 0 32W * *',
  '0 0 * FEV *',
  '0 9 * * * 2027',
  '* * * * */10',
  '@reboot',
  '@often',
  '1e1 * * * *',
  `${'1,'.repeat(200)}1 * * * *`,
];
for (const text of refusedTexts) {
  test(`"${text.slice(0, 40)}" is refused with a remedy`, () => {
    const reading = readCron(text);
    assert.equal(reading.kind, 'refused');
    if (reading.kind !== 'refused') return;
    assert.equal(reading.refusal.code, 'schedule_invalid');
    assert.ok(reading.refusal.remedy !== null);
  });
}

const members = [
  { text: '0 22-2/2 * * *', field: 'hours', values: [0, 2, 22] },
  { text: '5/15 * * * *', field: 'minutes', values: [5, 20, 35, 50] },
  { text: '*/90 * * * *', field: 'minutes', values: [0] },
  { text: '0 0 1 11-2 *', field: 'months', values: [1, 2, 11, 12] },
] as const;
for (const { text, field, values } of members) {
  test(`the ${field} of "${text}" are ${values.join(', ')}`, () => {
    const reading = readCron(text);
    assert.ok(reading.kind === 'cron');
    assert.deepEqual([...reading.cron[field]], values);
  });
}

test('a step that only ever means one value is said so', () => {
  const reading = readCron('*/90 * * * *');
  assert.ok(reading.kind === 'cron');
  assert.match(reading.cron.notes.join(), /only ever means 0/);
});

const elapsed = [
  { text: '*/30 1 * * *', follows: true },
  { text: '15 * * * *', follows: true },
  { text: '5/15 2 * * *', follows: true },
  { text: '0-59 0-23 * * *', follows: false },
  { text: '0 1,13 * * *', follows: false },
  { text: '3,*/5 2 * * *', follows: false },
  { text: '*/10 30 2 * * *', follows: false },
];
for (const { text, follows } of elapsed) {
  test(`"${text}" ${follows ? 'follows elapsed time' : 'names fixed times'}`, () => {
    const reading = readCron(text);
    assert.ok(reading.kind === 'cron');
    assert.equal(reading.cron.followsElapsedTime, follows);
  });
}
