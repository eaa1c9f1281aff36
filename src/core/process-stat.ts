/** What the kernel says of a process in one line. */
export type ProcessStat = {
  /** Its own name for the command. */
  readonly comm: string;
  readonly parent: number;
  /** Ticks from the start of the machine to that of the process, in decimals. */
  readonly startMark: string;
  /** Only its remains are there. */
  readonly ended: boolean;
};

/**
 * Reads `/proc/PID/stat`. The command in parentheses may itself contain spaces and parentheses, so fields are counted after the last
 * one.
 *
 * @returns null when the text is not such a line
 */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  // After the command: state is field 3, so the parent, field 4, is the second, and the start time, field 22, the twentieth.
  const fields = text
    .slice(close + 1)
    .trim()
    .split(' ');
  const [state, parent] = fields;
  const startMark = fields[19];
  if (startMark === undefined || !/^\d+$/.test(startMark)) return null;
  const ended = state === 'Z' || state === 'X';
  return { comm: text.slice(open + 1, close), parent: Number(parent), startMark, ended };
}
