import { type Ending, failed, type Session } from './session.ts';

export async function answerByProgram(session: Session, _prompt: string): Promise<Ending> {
  return failed('not_in_this_build', `There is no agent "${session.work.agent}".`);
}
