import type { z } from 'zod';
import type {
  secretsCheckOutput,
  secretsListOutput,
  secretsSetOutput,
} from '../../../operations/secret-answers.ts';
import { escapeLine } from './escape.ts';
import { renderTable } from './table.ts';
import { lines, type Presented, plain, type View } from './view.ts';

const noneYet = 'There are no secrets. Add one: cronkeeper secret set NAME < FILE';

export const presentSecrets = (
  { secrets }: z.infer<typeof secretsListOutput>,
  view: View,
): Presented =>
  plain(
    secrets.length === 0
      ? lines(noneYet)
      : renderTable(
          [{ title: 'SECRET' }, { title: 'KEPT IN', least: 16 }],
          secrets.map(({ name, source }) => [name, source]),
          view,
        ),
  );

export const presentSecretChecks = ({ secrets }: z.infer<typeof secretsCheckOutput>): Presented =>
  plain(
    secrets.length === 0
      ? lines(noneYet)
      : lines(
          ...secrets.map(({ name, source, trouble }) =>
            escapeLine(trouble === null ? `✓ ${name}: found (${source})` : `✗ ${trouble}`),
          ),
        ),
  );

export const secretKept = ({ name, source }: z.infer<typeof secretsSetOutput>): Presented =>
  plain(lines(escapeLine(`Kept ${name} in ${source}. Jobs name it as \${secret:${name}}.`)));
