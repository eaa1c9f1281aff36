import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isRoute, routes } from '../../src/doors/http/routes.ts';

const page = readFileSync(new URL('../../docs/API.md', import.meta.url), 'utf8');

/** What a cell names: each path with the method before it. `pause` `resume` are other last pieces of the path before them. */
function routesNamed(cell: string): string[] {
  const named: string[] = [];
  let methods: string[] = [];
  let folder = '';
  for (const [, words = ''] of cell.matchAll(/`([^`]+)`/g)) {
    const parts = words.split(' ');
    const path = parts.pop() ?? '';
    if (parts.length > 0) methods = parts;
    const whole = path.startsWith('/') ? path : `${folder}/${path}`;
    folder = whole.slice(0, whole.lastIndexOf('/'));
    named.push(...methods.map((method) => `${method} ${whole}`));
  }
  return named;
}

test('the table of the page has every route, and no other but those of the session', () => {
  const cells = page.split('\n').flatMap((line) => /^\| (`[A-Z].*?) \|/.exec(line)?.[1] ?? []);
  const named = cells.flatMap(routesNamed).filter((one) => !one.endsWith(' /session'));
  const real = Object.values(routes).filter(isRoute);
  assert.deepEqual(named.sort(), real.map(({ method, path }) => `${method} ${path}`).sort());
});

for (const name of ['README.md', 'docs/API.md', 'docs/MCP.md']) {
  test(`${name} says that what an agent adds is pending, and how to approve it`, () => {
    const text = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
    assert.match(text, /pending/);
    assert.match(text, /cronkeeper approve JOB/);
  });
}
