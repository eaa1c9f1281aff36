import { isSettable } from './run-environment.ts';
import type { SecretSource } from './secret.ts';
import { wordsOf } from './target.ts';

/** What may be written, for people who wrote something else. */
export const sourceForms =
  'command:PROGRAM ARG…, env:/PATH/TO/FILE#VARIABLE, keychain:SERVICE or keychain:SERVICE/ACCOUNT';

/** Reads where a secret is kept. `why` says what is wrong with the text. */
export function parseSource(
  text: string,
): { readonly source: SecretSource } | { readonly why: string } {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1).trim();
  switch (colon < 0 ? '' : text.slice(0, colon)) {
    case 'command': {
      const argv = wordsOf(rest);
      return argv === null || argv.length === 0
        ? { why: 'its command is missing, or a quote in it is not closed' }
        : { source: { kind: 'command', argv } };
    }
    case 'env': {
      const [, path = '', variable = ''] = /^(\/.*)#([^#]+)$/.exec(rest) ?? [];
      return path === '' || !isSettable(variable)
        ? { why: 'it must be env:/PATH/TO/FILE#VARIABLE' }
        : { source: { kind: 'env-file', path, variable } };
    }
    case 'keychain': {
      const [service = '', account = null] = rest.split(/\/(.*)/s);
      return service === '' || service.startsWith('-') || account?.startsWith('-') === true
        ? { why: 'it must be keychain:SERVICE or keychain:SERVICE/ACCOUNT' }
        : { source: { kind: 'keychain', service, account } };
    }
    default:
      return { why: `there are ${sourceForms}` };
  }
}

/** A source in words, without anything that could be a value: of a command its program alone. */
export function sourceText(source: SecretSource): string {
  switch (source.kind) {
    case 'file':
      return source.path;
    case 'env-file':
      return `${source.variable} in ${source.path}`;
    case 'command':
      return `command ${source.argv[0] ?? ''}`;
    case 'keychain':
      return `keychain ${source.service}${source.account === null ? '' : `/${source.account}`}`;
  }
}
