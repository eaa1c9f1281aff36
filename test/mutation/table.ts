import type { Mutant } from './mutants.ts';

export type Verdict = {
  readonly kind: 'killed' | 'timeout' | 'survived' | 'unreached';
  /** The test that noticed it. */
  readonly by: string;
};

export type Found = {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  readonly isEquivalent: boolean;
};

const isNoticed = ({ verdict: { kind } }: Found): boolean =>
  kind === 'killed' || kind === 'timeout';

/** Every mutant that nothing noticed, then the score of each file and of all. */
export function printTable(found: readonly Found[]): void {
  const files = [...new Set(found.map(({ mutant }) => mutant.file))].sort();
  for (const one of [...found].sort(inOrder)) {
    if (isNoticed(one) || one.isEquivalent) continue;
    const { file, line, what, was } = one.mutant;
    print(`${file}:${line} ${one.verdict.kind}: ${what}   in   ${was.slice(0, 90)}`);
  }
  print('');
  for (const file of files)
    printScore(
      file,
      found.filter(({ mutant }) => mutant.file === file),
    );
  printScore('all', found);
}

const inOrder = (one: Found, other: Found): number =>
  one.mutant.file === other.mutant.file
    ? one.mutant.start - other.mutant.start
    : one.mutant.file < other.mutant.file
      ? -1
      : 1;

/** Equivalent mutants are told apart and count neither way; one that was noticed after all is listed wrongly and is told, too. */
function printScore(name: string, found: readonly Found[]): void {
  const noticed = found.filter(isNoticed);
  const equivalent = found.filter((one) => one.isEquivalent && !isNoticed(one)).length;
  const counted = found.length - equivalent;
  const score = counted === 0 ? 100 : (100 * noticed.length) / counted;
  const timeouts = noticed.filter(({ verdict }) => verdict.kind === 'timeout').length;
  const survived = found.filter(({ verdict }) => verdict.kind === 'survived').length - equivalent;
  const unreached = found.filter(({ verdict }) => verdict.kind === 'unreached').length;
  print(
    `${score.toFixed(1).padStart(5)} %  ${name}: ${counted} mutants, ${noticed.length} noticed (${timeouts} by time), ${survived} survived, ${unreached} unreached, ${equivalent} equivalent`,
  );
  const wrong = found.filter((one) => one.isEquivalent && isNoticed(one));
  if (name !== 'all')
    for (const { mutant } of wrong)
      print(`         listed as equivalent, but noticed: line ${mutant.line}`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
