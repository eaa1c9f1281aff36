import { command, Refusal } from '../../core/refusal.ts';
import { storeRemedy } from '../../core/store-remedy.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { jsonLine, plainView } from './call.ts';
import type { CliHost } from './host.ts';
import { parse } from './parse.ts';
import type { Failure } from './present/failure.ts';
import { failureDocument, renderFailure } from './present/failure.ts';

const exitCodes = { failed: 1, usage: 2, refused: 3, 'nothing-will-run': 4 } as const;

/** Carries out one command line; answers the exit code. Everything that is said goes through the host. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  try {
    return await carryOut(argv, host);
  } catch (error) {
    if (isBrokenPipe(error)) return 0;
    const { failure, exitCode } = failureOf(error);
    return tell(failure, exitCode, { argv, host, error });
  }
}

async function carryOut(argv: readonly string[], host: CliHost): Promise<number> {
  if (argv[0] === 'complete' && argv[1] === '--') {
    const { complete } = await import('./completion.ts');
    await host.stdout.write(await complete(argv.slice(2), host));
    return 0;
  }
  const parsed = parse(argv, host);
  if (parsed.kind === 'help') {
    await host.stdout.write(parsed.text);
    return 0;
  }
  if (parsed.kind === 'version') {
    await host.stdout.write(`cronkeeper ${host.version}\n`);
    return 0;
  }
  const action = await parsed.spec.load();
  return action({ ...parsed, host });
}

/** Who read our output has read enough: nothing to complain about. */
const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EPIPE';

function failureOf(error: unknown): { readonly failure: Failure; readonly exitCode: number } {
  if (error instanceof Refusal) {
    const { code, message, remedy, details, kind } = error;
    return { failure: { code, message, remedy, details }, exitCode: exitCodes[kind] };
  }
  if (error instanceof StoreUnavailable) {
    const remedy = storeRemedy(error.code) ?? command('cronkeeper doctor');
    const failure = { code: error.code, message: error.message, remedy, details: {} };
    return { failure, exitCode: exitCodes.failed };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    failure: { code: 'internal', message, remedy: null, details: {} },
    exitCode: exitCodes.failed,
  };
}

/** As it was typed, whether or not the rest of the line was understood. */
function homeIn(words: readonly string[]): string | null {
  const at = words.findIndex((word) => word === '--home' || word.startsWith('--home='));
  if (at < 0) return null;
  return words[at] === '--home' ? (words[at + 1] ?? null) : (words[at] ?? '').slice(7);
}

async function tell(
  failure: Failure,
  exitCode: number,
  about: { readonly argv: readonly string[]; readonly host: CliHost; readonly error: unknown },
): Promise<number> {
  const { argv, host, error } = about;
  const split = argv.indexOf('--');
  const own = split < 0 ? argv : argv.slice(0, split);
  const isVerbose = own.includes('-v') || own.includes('--verbose');
  try {
    if (own.includes('--json')) {
      await host.stdout.write(jsonLine(failureDocument(failure), 2));
      return exitCode;
    }
    await host.stderr.write(renderFailure(failure, plainView(host, isVerbose, homeIn(own))));
    if (isVerbose && failure.code === 'internal' && error instanceof Error) {
      await host.stderr.write(`${error.stack ?? ''}\n`);
    }
  } catch (broken) {
    if (!isBrokenPipe(broken)) throw broken;
  }
  return exitCode;
}
