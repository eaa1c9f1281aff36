import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitProperties } from './unit-properties.ts';

const cases = [
  ['one on each line', 'Id=a.service\nMainPID=812\n', { Id: 'a.service', MainPID: '812' }],
  ['with signs of equality in its value', 'Environment=PATH=/bin', { Environment: 'PATH=/bin' }],
  ['without a value', 'DropInPaths=\n', { DropInPaths: '' }],
  ['with spaces around its value', 'Id= a.service \r\n', { Id: 'a.service' }],
  ['with a name of one letter', 'A=1', { A: '1' }],
  ['but no line without a name', '=1\nno property\n\n', {}],
  ['the last, where one is printed twice', 'Id=a\nId=b', { Id: 'b' }],
] as const;
for (const [name, text, found] of cases) {
  test(`a property of a unit is read: ${name}`, () =>
    assert.deepEqual(Object.fromEntries(unitProperties(text)), found));
}
