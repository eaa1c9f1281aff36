/** Collects what the completion library prints: it knows `console.log` only. */
export function printed(work: () => void): string {
  const collected: string[] = [];
  const { log } = console;
  console.log = (line: string) => void collected.push(line);
  try {
    work();
  } finally {
    console.log = log;
  }
  return collected.map((line) => `${line}\n`).join('');
}

/**
 * For bash our own: the library's needs a package that is often missing, cannot be read twice, and evaluates what was typed.
 * `-o default` falls back to names of files.
 */
const bashScript = String.raw`# bash completion for cronkeeper
__cronkeeper_complete() {
  local line value
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in :*) continue ;; esac
    value=${'$'}{line%%$'\t'*}
    if [[ $value == "$2"* ]]; then COMPREPLY+=("$value"); fi
  done < <(command cronkeeper complete -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F __cronkeeper_complete cronkeeper
`;

/** A script that asks this program what could come next. */
export async function completionScript(shell: 'bash' | 'zsh' | 'fish'): Promise<string> {
  if (shell === 'bash') return bashScript;
  const { script } = await import('@bomb.sh/tab');
  return printed(() => script(shell, 'cronkeeper', 'cronkeeper'));
}
