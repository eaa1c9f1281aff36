import { advice, command, Refusal } from '../core/refusal.ts';
import { isSecretName, secretMissing, whyNoSecret } from '../core/secret.ts';
import { sourceText } from '../core/secret-source.ts';
import { nothingInput, secretsCheckInput, secretsSetInput } from './inputs.ts';
import { operation } from './operation.ts';
import { secretsCheckOutput, secretsListOutput, secretsSetOutput } from './secret-answers.ts';

/** Secrets by name and source. No answer, no refusal and no audit entry holds a value. */

export const secretsList = operation({
  name: 'secrets.list',
  summary: 'List secrets and where they are kept',
  input: nothingInput,
  output: secretsListOutput,
  scope: 'read',
  handle: async ({ secretKeeper }) => ({
    secrets: (await secretKeeper.list()).map(({ name, source }) => ({
      name,
      source: sourceText(source),
    })),
  }),
});

export const secretsCheck = operation({
  name: 'secrets.check',
  summary: 'Ask where secrets are kept whether they are there',
  input: secretsCheckInput,
  output: secretsCheckOutput,
  // It starts the commands that hand them out.
  scope: 'operate',
  async handle({ secretKeeper }, { name }) {
    const wanted = name === undefined ? (await secretKeeper.list()).map((one) => one.name) : [name];
    const secrets = [];
    for (const one of wanted) {
      const found = await secretKeeper.resolve([nameOf(one)]);
      const source = sourceText(await secretKeeper.sourceOf(one));
      const trouble = found.kind === 'missing' ? secretMissing(found) : null;
      secrets.push({ name: one, source, trouble });
    }
    return { secrets };
  },
});

export const secretsSet = operation({
  name: 'secrets.set',
  summary: 'Keep a secret in a file of the home',
  input: secretsSetInput,
  output: secretsSetOutput,
  scope: 'admin',
  async handle({ secretKeeper, store, profile, actor, clock }, { name, value }) {
    const source = await secretKeeper.sourceOf(nameOf(name));
    if (source.kind !== 'file')
      throw new Refusal('usage', `The settings say that "${name}" is kept elsewhere.`, {
        kind: 'usage',
        remedy: command(`cronkeeper config set secrets.${name} ''`),
        details: { source: sourceText(source) },
      });
    const why = whyNoSecret(value);
    if (why !== null)
      throw new Refusal('usage', `That is no secret: ${why}.`, {
        kind: 'usage',
        remedy: advice('A secret is one line of text on standard input.'),
      });
    await secretKeeper.set(name, value);
    await store.audit.append({
      profile,
      at: clock.now().wall,
      actor,
      kind: 'secret.set',
      subject: name,
      detail: {},
    });
    return { name, source: sourceText(source) };
  },
});

function nameOf(text: string): string {
  if (isSecretName(text)) return text;
  throw new Refusal('usage', `"${text.slice(0, 80)}" is no name of a secret.`, {
    kind: 'usage',
    remedy: advice('A name begins with a letter; letters, digits, "_", "." and "-" follow.'),
  });
}
