/** Words that tell which part a process plays. Only these are taken from arguments, because any other could be a secret. */
const tellingWords: ReadonlySet<string> = new Set([
  'cron',
  'cronkeeper',
  'daemon',
  'dashboard',
  'desktop',
  'gateway',
  'hermes',
  'mcp',
  'run',
  'runner',
  'scheduler',
  'serve',
  'tick',
  'timer',
  '--desktop',
  '--schedule',
]);

const interpreters = /^(node|nodejs|bun|deno|python[\d.]*|perl|ruby|sh|bash|dash|zsh)$/;
const longest = 80;
const mostWords = 4;

/**
 * A short name for a process: its program, the script it interprets, and what telling words its arguments hold.
 * At most 80 characters, none of them a control character.
 *
 * @param comm the kernel's name of it, used when there are no arguments, as for kernel threads
 */
export function nameCommand(comm: string, argv: readonly string[]): string {
  const program = baseName(argv[0] ?? '') || comm;
  const script = interpreters.test(program) ? findScript(argv) : undefined;
  const words = argv.slice(1, 33).filter((word) => tellingWords.has(word));
  const parts = [program, ...(script === undefined ? [] : [script]), ...words.slice(0, mostWords)];
  return escapeControls(parts.join(' ')).slice(0, longest);
}

/** The first argument that is no option, if it looks like the path of a program and not like a value. */
function findScript(argv: readonly string[]): string | undefined {
  const first = argv.slice(1, 9).find((word) => !word.startsWith('-'));
  if (first === undefined) return undefined;
  const name = baseName(first);
  return /^[\w.-]{1,40}\.(js|mjs|cjs|ts|mts|py|sh|pl|rb)$/.test(name) || tellingWords.has(name)
    ? name
    : undefined;
}

/** Daemons may rewrite their arguments into a sentence; only its first word is a program. */
const baseName = (path: string): string => (path.split(/[\s:]/)[0] ?? '').split('/').at(-1) ?? '';

const escapeControls = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
