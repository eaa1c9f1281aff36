import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fine, problem } from '../../../core/finding.ts';
import { command } from '../../../core/refusal.ts';
import { presentDoctor } from './doctor.ts';
import type { View } from './view.ts';

const view: View = {
  columns: 80,
  color: false,
  now: 0,
  zone: 'UTC',
  verbose: false,
  profile: 'la',
};
const nobody = problem('owner', 'Nobody.', command('cronkeeper runner -p la'));
const modes = {
  ...problem('modes', 'Open.', command('chmod 700 /home')),
  mend: 'modes' as const,
};
const answer = { profile: 'la', isHealthy: false, mended: [] };

test('a doctor says problems last, each with what mends it', () => {
  assert.equal(
    presentDoctor({ ...answer, findings: [nobody, fine('store', 'Whole.')] }, view).text,
    '✓ store: Whole.\n✗ problem: owner: Nobody.\n  → cronkeeper runner -p la\n1 problem, 0 warnings in profile la.\n',
  );
});

test('what can be mended without harm is offered, and told when it was done', () => {
  const offered = presentDoctor({ ...answer, findings: [modes] }, view).text;
  assert.match(offered, /Open\.\n {2}→ chmod 700 \/home\nSome of it .+ --fix\n1 problem/);
  const mended = [
    { mend: 'modes' as const, isDone: true, message: 'Closed.' },
    { mend: 'linger' as const, isDone: false, message: 'No.\x1b[2J' },
  ];
  assert.equal(
    presentDoctor({ ...answer, isHealthy: true, findings: [], mended }, view).text,
    'Mended: Closed.\nNot mended: No.\\x1b[2J\nHealthy.  0 problems, 0 warnings in profile la.\n',
  );
});
