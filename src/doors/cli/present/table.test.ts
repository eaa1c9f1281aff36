import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderFields, renderTable } from './table.ts';
import { displayWidth, padEnd, truncate, wrap } from './width.ts';

const widths = [
  { text: 'plain', width: 5 },
  { text: '漢字', width: 4 },
  { text: 'e\u0301', width: 1 },
  { text: '👩‍👩‍👧', width: 2 },
  { text: '🇩🇪', width: 2 },
  { text: '☎️', width: 2 },
  { text: 'ｆｕｌｌ', width: 8 },
  { text: '한글', width: 4 },
  { text: '\u001b[32mgreen\u001b[39m', width: 5 },
];
for (const { text, width } of widths) {
  test(`${JSON.stringify(text)} takes ${width} cells`, () =>
    assert.equal(displayWidth(text), width));
}

test('a cut never splits a character and shows itself', () => {
  assert.equal(truncate('漢字漢字', 5), '漢字…');
  assert.equal(truncate('漢字漢字', 4), '漢…');
  assert.equal(truncate('abc', 3), 'abc');
});

test('padding counts cells', () => assert.equal(padEnd('漢', 4), '漢  '));

test('wrapping keeps the first indent and breaks at spaces only', () => {
  assert.equal(wrap('  one two three', 9, '    '), '  one two\n    three');
  assert.equal(wrap('unbreakable-word', 5), 'unbreakable-word');
});

const columns = [
  { title: 'NAME', least: 6 },
  { title: 'WHEN', least: 6, spare: 1 },
  { title: 'ID', spare: 9 },
];
const rows = [
  ['report', 'every weekday at nine', '01JZ'],
  ['Wäsche 漢字', 'daily', '01JX'],
];
const view = (width: number) => ({ columns: width, color: false });

test('a table that fits is not cut', () => {
  assert.equal(
    renderTable(columns, rows, view(200)),
    [
      'NAME         WHEN                   ID',
      'report       every weekday at nine  01JZ',
      'Wäsche 漢字  daily                  01JX',
      '',
    ].join('\n'),
  );
});

test('a narrower table gives up the idle column, then cuts', () => {
  assert.equal(
    renderTable(columns, rows, view(30)),
    ['NAME         WHEN', 'report       every weekday at…', 'Wäsche 漢字  daily', ''].join('\n'),
  );
});

test('a very narrow table keeps what may not go', () => {
  assert.equal(renderTable(columns, rows, view(8)), 'NAME\nreport\nWäsche …\n');
});

test('no cell breaks a line or passes the width', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(40, 80, 200),
      (cells, width) => {
        const text = renderTable(columns, cells, view(width));
        const shown = text.split('\n');
        assert.equal(shown.length, cells.length + 2);
        for (const line of shown) assert.ok(displayWidth(line) <= width, line);
      },
    ),
  );
});

test('fields without a value are left out', () => {
  assert.equal(
    renderFields(
      [
        ['a', '1'],
        ['long', null],
        ['none', ''],
        ['bc', 'x\ny'],
      ],
      { color: false },
    ),
    '  a   1\n  bc  x\\ny\n',
  );
});
