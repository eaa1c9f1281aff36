/** A value that is known by a name and used by reference: `${secret:NAME}`. */
export type Hidden = { readonly name: string; readonly value: string };

/** Where a secret is kept. */
export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env-file'; readonly path: string; readonly variable: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'keychain'; readonly service: string; readonly account: string | null };

/** Longer ones are refused: an environment has no room for them. */
export const longestSecret = 32 * 1024;
/** Shorter ones are hidden nowhere: they are found in every text by accident. */
export const shortestHidden = 6;

const nameForm = '[A-Za-z][A-Za-z0-9_.-]{0,63}';
const wholeName = new RegExp(`^${nameForm}$`);
const reference = new RegExp(`\\$\\{secret:(${nameForm})\\}`, 'g');

/** Whether a secret may be called so. */
export const isSecretName = (text: string): boolean => wholeName.test(text);

/** Why a text can be no secret, or null. */
export function whyNoSecret(value: string): string | null {
  if (value === '') return 'it is empty';
  if (/[\r\n\0]/.test(value)) return 'it has more than one line, or contains NUL';
  if (new TextEncoder().encode(value).length > longestSecret)
    return `it is longer than ${longestSecret} bytes`;
  return null;
}

/** The names that texts refer to, each once, in the order in which they are written. */
export const secretsIn = (texts: Iterable<string>): readonly string[] => [
  ...new Set(
    [...texts].flatMap((text) => [...text.matchAll(reference)].map(([, name = '']) => name)),
  ),
];

/** A text with each reference replaced; one that `valueFor` does not know stays as it is. */
export const withSecrets = (text: string, valueFor: (name: string) => string | undefined): string =>
  text.replace(reference, (whole, name: string) => valueFor(name) ?? whole);

/** Environments with references, filled from what was found. */
export const fillSecrets = (
  names: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, string>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(names).map(([name, text]) => [name, withSecrets(text, (one) => found.get(one))]),
  );

/** Whether a text is one reference to a secret and nothing else. */
export const isReference = (text: string): boolean =>
  new RegExp(`^${reference.source}$`).test(text);

/** What of the work of a job may refer to secrets. */
export type Referring = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/**
 * Work that names variables in place of secrets, so that the document of it holds no value: `${secret:NAME}` becomes
 * `${env:CRONKEEPER_SECRET_1}`, the same for the same name. `variables` says which reference each variable stands for; filled by
 * `fillSecrets` it belongs into the environment of the run. Whoever wrote such a variable by hand gets it only by a secret.
 */
export function byVariables<Work extends Referring>(
  work: Work,
): { readonly work: Work; readonly variables: Readonly<Record<string, string>> } {
  const texts = [work.url, ...Object.values(work.headers), work.body ?? ''];
  const variables = secretsIn(texts).map(
    (name, index) => [name, `CRONKEEPER_SECRET_${index + 1}`] as const,
  );
  const places = new Map(variables.map(([name, variable]) => [name, `\${env:${variable}}`]));
  const put = (text: string): string => withSecrets(text, (name) => places.get(name));
  return {
    work: {
      ...work,
      url: put(work.url),
      headers: Object.fromEntries(
        Object.entries(work.headers).map(([name, text]) => [name, put(text)]),
      ),
      body: work.body === null ? null : put(work.body),
    },
    variables: Object.fromEntries(
      variables.map(([name, variable]) => [variable, `\${secret:${name}}`]),
    ),
  };
}

/** A name that leads to no value. */
export type MissingSecret = {
  readonly name: string;
  readonly source: SecretSource;
  readonly why: string;
};

/** What a person is told of it, with the next step. */
export const secretMissing = ({ name, source, why }: MissingSecret): string =>
  `The secret "${name}" cannot be used: ${why}. ${
    source.kind === 'file'
      ? `Set it with: cronkeeper secret set ${name}`
      : `Mend that, then try: cronkeeper secret check ${name}`
  }`;
