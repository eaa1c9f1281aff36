import { handedOn } from '../../core/loaded-by.ts';
import { hiddenOf, textRedactor } from '../../core/redaction.ts';

type Environment = Readonly<Record<string, string>>;

/** What only the worker needs: keys of models, values of secrets, and where its work and the home are. */
const ofTheWorker = /^CRONKEEPER_(MODEL_|SECRET_|HIDDEN_|WORK(_HOME)?$)/;
const secretValue = /^CRONKEEPER_(MODEL_KEY$|SECRET_)/;

/** The environment for whatever a worker starts. */
export const environmentForOthers = (env: Environment): Environment =>
  handedOn(Object.fromEntries(Object.entries(env).filter(([name]) => !ofTheWorker.test(name))));

/** Takes the values of secrets out of a text. */
export type Redact = (text: string) => string;

/** Knows every value that the owner gave as a secret, by whichever variable it came. */
export function makeRedact(env: Environment): Redact {
  const values = Object.entries(env)
    .filter(([name]) => secretValue.test(name))
    .map(([name, value]) => ({ name, value }));
  return textRedactor([...hiddenOf(env), ...values]);
}
