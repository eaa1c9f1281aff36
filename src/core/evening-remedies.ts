import type { Obstacle } from './evening.ts';
import type { Job } from './job.ts';
import { advice, command, profileOption, type Remedy } from './refusal.ts';
import { shellWord } from './shell-word.ts';

/**
 * What makes an obstacle go away: a command where one does, else what to look at.
 *
 * @param jobs those that it stands in the way of, at least one
 */
export function obstacleRemedy({ code }: Obstacle, jobs: readonly Job[]): Remedy | null {
  const [job] = jobs;
  if (job === undefined) return null;
  const { cwd, action } = job.definition;
  const program = action.kind === 'command' ? (action.argv[0] ?? '') : '';
  const profile = profileOption(job.profile);
  const edit = `cronkeeper edit ${jobs.length === 1 ? job.id : 'JOB'}${profile}`;
  switch (code) {
    case 'cwd_missing':
      return command(`mkdir -p -- ${shellWord(cwd)}`);
    case 'command_not_executable':
      return program.includes('/')
        ? command(
            `chmod +x -- ${shellWord(program.startsWith('/') ? program : `${cwd}/${program}`)}`,
          )
        : advice(`Make it executable where it is on the PATH of the job.`);
    case 'command_not_found':
      return advice(
        `Install it for whoever runs the jobs, or tell the job where it is: ${edit} --env PATH=…`,
      );
    case 'capability_missing':
      return advice(`Provide it where the jobs run, or change what the job requires: ${edit}`);
    case 'approval_pending':
    case 'approval_stale':
      return jobs.length === 1
        ? command(`cronkeeper approve ${job.id}${profile}`)
        : advice(`Look at each of them, and say yes to it: cronkeeper approve JOB${profile}`);
    case 'not_probed':
      return advice(`Ask again: cronkeeper tonight${profile}`);
    default:
      return null;
  }
}
