import { advice, Refusal } from '../core/refusal.ts';

/**
 * The folder in which this was typed. Asked only by what needs it: most commands do their work in one that was deleted as well.
 *
 * @throws Refusal `cwd_missing`
 */
export function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw gone(error);
  }
}

const gone = (cause: unknown): Refusal =>
  new Refusal('cwd_missing', 'The folder in which this was typed is not there any more.', {
    remedy: advice('Go to another folder with cd, then type it again.'),
    cause,
  });
