import type { Begin, Evidence, LedgerAttempt, LedgerJob, LedgerRun, Life } from './evidence.ts';
import { faultsAround, isExcused, latenessOf, type Violation, violation } from './verdict.ts';

/** A start together with what the ledger says of it. */
type Known = {
  readonly begin: Begin;
  readonly run: LedgerRun;
  readonly attempt: LedgerAttempt | null;
};

/** The clock of the witness has hundredths. */
const clockGrainMs = 10;
/** A start that was on its way when the lease changed hands; later ones are stale. */
const inFlightMs = 1_000;
const latestMs = 5_000;
/** A change of hands is seen at the next look, so it may look later than it was. */
const handOverMs = 1_000;
/** From the end of its starter until a holder that was told to end has ended, on a busy machine. */
const endingMs = 1_000;

/** Judges every start that was witnessed, against the ledger. */
export function checkRuns(evidence: Evidence): readonly Violation[] {
  const { jobs, runs } = evidence.ledger;
  const runById = new Map(runs.map((run) => [run.id, run]));
  const jobByName = new Map(jobs.map((job) => [job.name, job]));
  const killed = new Set(evidence.faults.flatMap(({ killedRuns }) => killedRuns));
  const found: Violation[] = [];
  const known: Known[] = [];
  for (const begin of evidence.testimony.begins) {
    const run = runById.get(begin.run);
    const at = { boot: begin.boot, run: begin.run };
    if (run === undefined) {
      found.push(violation('unrecorded', `${begin.job} began, and there is no such run`, at));
      continue;
    }
    const attempt = run.attempts.find((one) => startedIt(one, begin, killed)) ?? null;
    known.push({ begin, run, attempt });
  }
  for (const one of known) {
    found.push(
      ...checkRecord(one),
      ...checkOwner(evidence, one),
      ...checkTime(evidence, one, jobByName),
    );
  }
  found.push(...checkOccurrences(evidence));
  found.push(...checkAttempts(known, jobByName));
  for (const job of jobs) found.push(...checkOverlap(evidence, job));
  found.push(...checkPhantoms(evidence, known), ...checkLosses(evidence));
  return found;
}

/** By its ancestors. Of a run whose wrapper a nemesis killed the witness may see none any more; then by what it was told. */
const startedIt = (
  { process, epoch, didBegin }: LedgerAttempt,
  { chain, run, epoch: told }: Begin,
  killed: ReadonlySet<string>,
): boolean =>
  chain.includes(process) || (chain.length === 1 && killed.has(run) && didBegin && epoch === told);

function checkRecord({ begin, run, attempt }: Known): readonly Violation[] {
  const at = { boot: begin.boot, run: run.id };
  if (run.state === 'skipped' || run.state === 'missed' || run.state === 'refused')
    return [violation('unrecorded', `${begin.job} began, but its run is ${run.state}`, at)];
  if (attempt !== null && !attempt.didBegin)
    return [violation('unrecorded', `${begin.job} began, but its attempt is ${attempt.state}`, at)];
  return [];
}

/** Under whom it began, by its ancestors and by its epoch. */
function checkOwner(evidence: Evidence, { begin, attempt }: Known): readonly Violation[] {
  const at = { boot: begin.boot, run: begin.run };
  const wrong = (why: string): readonly Violation[] => [
    violation('unauthorised', `${begin.job} under epoch ${begin.epoch}: ${why}`, at),
  ];
  if (attempt === null) return wrong('no recorded wrapper is among its ancestors');
  if (attempt.epoch !== begin.epoch) return wrong(`its attempt says epoch ${attempt.epoch}`);
  const claim = evidence.ledger.claims.find(({ epoch }) => epoch === begin.epoch);
  if (claim === undefined || claim.instanceId !== attempt.instanceId)
    return wrong('it was started by an instance that did not hold that epoch');
  const life = evidence.lives.find(({ process }) => process === attempt.startedBy);
  if (life === undefined || Number.parseInt(life.process, 10) !== claim.pid)
    return wrong('it was started by a process that is no instance of this home');
  const stale = staleMs(evidence, begin);
  if (stale > inFlightMs)
    return [
      violation(
        'stale-start',
        `${begin.job} under epoch ${begin.epoch}, ${stale} ms after a newer one`,
        at,
      ),
    ];
  const other = evidence.lives.find(
    ({ process }) => process !== life.process && begin.chain.includes(process),
  );
  if (other !== undefined) return wrong(`it descends from another instance, ${other.process}`);
  if (begin.chain.includes(life.process) || wasCut(evidence, { begin, attempt, life })) return [];
  const chain = begin.chain.join(' < ');
  const around = faultsAround(evidence, begin.boot).join('; ');
  return wrong(
    `its holder ${life.process} lived and is not among its ancestors (${chain}); ${around}`,
  );
}

/** Its line of descent is cut when the holder, its starter or the wrapper dies while the gate opens or the witness looks. */
function wasCut(
  { changes, faults }: Evidence,
  { begin, attempt, life }: { begin: Begin; attempt: LedgerAttempt; life: Life },
): boolean {
  return (
    !begin.chain.includes(attempt.process) ||
    // A holder that is told to end lets its starter go first.
    (life.until !== null &&
      life.until > begin.boot - inFlightMs &&
      life.until <= begin.traced + endingMs) ||
    // A holder that hands over lets its starter end as soon as the last gate is open.
    changes.some(
      ({ boot, epoch }) =>
        epoch > begin.epoch && boot > begin.boot - inFlightMs && boot < begin.traced + handOverMs,
    ) ||
    faults.some(
      ({ kills, pauses, from, until }) =>
        kills + pauses > 0 && from <= begin.traced + 100 && until >= begin.boot - 2_000,
    )
  );
}

/** By how much a newer epoch was seen before this start; 0 when none was. */
export function staleMs(evidence: Evidence, begin: Begin): number {
  const newer = evidence.changes.find(({ epoch }) => epoch > begin.epoch);
  return newer === undefined ? 0 : Math.max(0, begin.boot - newer.boot);
}

function checkTime(
  evidence: Evidence,
  { begin }: Known,
  jobs: ReadonlyMap<string, LedgerJob>,
): readonly Violation[] {
  const late = latenessOf(evidence, begin);
  if (late === null) return [];
  const at = { boot: begin.boot, run: begin.run };
  const stepped = evidence.clockOffsets.some(
    ({ boot }) => boot > 0 && Math.abs(boot - begin.boot) < 3_000,
  );
  if (late < 0 && !stepped) return [violation('early', `${begin.job} by ${-late} ms`, at)];
  const isPrompt = jobs.get(begin.job)?.isPrompt === true && begin.attempt === 1;
  if (isPrompt && late > latestMs && !isExcused(evidence, begin.boot - late, begin.boot))
    return [violation('late', `${begin.job} by ${late} ms, in health`, at)];
  return [];
}

/** At most one run of each occurrence begins. */
function checkOccurrences(evidence: Evidence): readonly Violation[] {
  const first = new Map<string, Begin>();
  const found: Violation[] = [];
  for (const begin of evidence.testimony.begins) {
    if (begin.fireTime === null) continue;
    const name = `${begin.job} at ${new Date(begin.fireTime).toISOString()}`;
    const before = first.get(name);
    if (before !== undefined && before.run !== begin.run)
      found.push(
        violation('duplicate', `${name}: runs ${before.run} and ${begin.run}`, {
          boot: begin.boot,
          run: begin.run,
        }),
      );
    first.set(name, before ?? begin);
  }
  return found;
}

/** A second attempt begins only where the job allows it, and only after the first is known to have failed. */
function checkAttempts(
  known: readonly Known[],
  jobs: ReadonlyMap<string, LedgerJob>,
): readonly Violation[] {
  const byRun = Map.groupBy(known, ({ run }) => run.id);
  const found: Violation[] = [];
  for (const [run, begun] of byRun) {
    if (begun.length < 2) continue;
    const name = begun[0]?.begin.job ?? '';
    const at = { boot: begun.at(-1)?.begin.boot ?? 0, run };
    const numbers = new Set(begun.map(({ begin }) => begin.attempt));
    const allowed = 1 + (jobs.get(name)?.retries ?? 0);
    if (numbers.size < begun.length || begun.length > allowed) {
      const list = begun.map(({ begin }) => begin.attempt).join(', ');
      found.push(violation('duplicate', `${name} began as attempts ${list} of one run`, at));
    }
    const sorted = begun.toSorted((one, other) => one.begin.boot - other.begin.boot);
    for (const { attempt } of sorted.slice(0, -1))
      if (attempt !== null && attempt.outcome !== 'failed' && attempt.outcome !== 'timed_out')
        found.push(
          violation('duplicate', `${name} began again after an end of "${attempt.outcome}"`, at),
        );
  }
  return found;
}

/** Runs of a job that does not allow it never go on at once, and attempts of one run never do. */
function checkOverlap(evidence: Evidence, job: LedgerJob): readonly Violation[] {
  const ends = new Map(
    evidence.testimony.ends.map(({ run, attempt, boot }) => [`${run} ${attempt}`, boot]),
  );
  const seen = new Map(evidence.remnants.map(({ process, boot }) => [process, boot]));
  const begins = evidence.testimony.begins
    .filter((begin) => begin.job === job.name)
    .sort((one, other) => one.boot - other.boot);
  const found: Violation[] = [];
  for (const [index, begin] of begins.entries()) {
    const next = begins
      .slice(index + 1)
      .find(({ run }) => job.overlap !== 'allow' || run === begin.run);
    if (next === undefined) continue;
    const [process] = begin.chain;
    const lastSeen = process === undefined ? 0 : (seen.get(process) ?? 0);
    const until = Math.max(ends.get(`${begin.run} ${begin.attempt}`) ?? 0, lastSeen);
    if (until > next.boot + clockGrainMs)
      found.push(
        violation(
          'overlap',
          `${job.name}: ${begin.run} still went ${until - next.boot} ms after ${next.run} began`,
          {
            boot: next.boot,
            run: next.run,
          },
        ),
      );
  }
  return found;
}

/** The death of a scheduler costs no outcome; only that of a wrapper does. */
function checkLosses({ ledger, faults }: Evidence): readonly Violation[] {
  const killed = new Set(faults.flatMap(({ killedRuns }) => killedRuns));
  return ledger.runs
    .filter(({ id }) => !killed.has(id))
    .flatMap((run) =>
      run.attempts
        .filter(({ outcome, reason }) => outcome === 'unknown' || reason === 'lease_lost')
        .map(({ number, outcome, reason }) =>
          violation('lost-run', `attempt ${number} ended "${outcome}" because of ${reason}`, {
            run: run.id,
          }),
        ),
    );
}

/** What the ledger calls a success was witnessed. */
function checkPhantoms(evidence: Evidence, known: readonly Known[]): readonly Violation[] {
  const witnessed = new Set(known.flatMap(({ attempt }) => attempt?.process ?? []));
  return evidence.ledger.runs.flatMap((run) =>
    run.attempts
      .filter(({ outcome, process }) => outcome === 'succeeded' && !witnessed.has(process))
      .map(({ number }) =>
        violation('phantom', `attempt ${number} succeeded, and nobody saw it begin`, {
          run: run.id,
        }),
      ),
  );
}
