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

/** A script that asks this program what could come next. */
export async function completionScript(shell: 'bash' | 'zsh' | 'fish'): Promise<string> {
  const { script } = await import('@bomb.sh/tab');
  return printed(() => script(shell, 'cronkeeper', 'cronkeeper'));
}
