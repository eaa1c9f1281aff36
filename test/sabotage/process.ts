import type { Sabotage, TestRun } from './sabotage.ts';

const watched = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/simulation/scenes-supervisor.test.ts',
  pattern,
  red,
});
const stopped = (pattern: string): TestRun => ({
  file: 'test/simulation/scenes-stop.test.ts',
  pattern,
  red: /Expected values|expression evaluated/,
});
const stayed = (pattern: string, red: RegExp, usesProgram = false): TestRun => ({
  file: 'src/adapters/executors/stay.slow.ts',
  pattern,
  red,
  usesProgram,
});

/** What a process does under a service manager: it is watched, told to stop, recognised, and hands an environment on. */
export const processes: readonly Sabotage[] = [
  {
    name: 'a loop that fails tells its watchdog that it works',
    file: 'src/loops/instance.ts',
    find: "if (trouble?.code !== 'owner_stalled') world.supervisor.atWork();",
    put: 'if (trouble !== undefined) world.supervisor.atWork();',
    by: watched('falls silent', /told \d+ ms ago/),
  },
  {
    name: 'an outage of the store counts as a hung process',
    file: 'src/loops/instance.ts',
    find: "if (trouble?.code !== 'owner_stalled') world.supervisor.atWork();",
    put: 'if (trouble === null) world.supervisor.atWork();',
    by: watched('no hung process', /told 0 times/),
  },
  {
    name: 'the loop sleeps its longest, whatever the patience of its watchdog',
    file: 'src/loops/hold.ts',
    find: '(world.supervisor.patienceMs ?? Number.POSITIVE_INFINITY) / 3',
    put: '(world.supervisor.patienceMs ?? Number.POSITIVE_INFINITY) * 3',
    by: watched('tells its watchdog thrice', /told \d+ times|silent for/),
  },
  {
    name: 'work that takes long is not told to the watchdog',
    file: 'src/loops/hold.ts',
    find: '    state.world.supervisor.atWork();\n',
    put: '',
    by: watched('waits long', /told \d+ times|silent for/),
  },
  {
    name: 'an inherited address of a service manager is taken for its own',
    file: 'src/adapters/supervisor/notifier.ts',
    find: 'env[name] === undefined || env[name] === String(pid)',
    put: 'env[name] === undefined || pid > 0',
    by: { file: 'src/adapters/supervisor/supervisor.test.ts', red: /Expected values/ },
  },
  {
    name: 'a stop is taken for a restart: its runs are left',
    file: 'src/loops/stop.ts',
    find: "  if (state.fate !== 'stop') return sinceMs < lingerMs;\n",
    put: '  if (sinceMs >= 0) return sinceMs < lingerMs;\n',
    by: stopped('stopped for good'),
  },
  {
    name: 'who is no service asks about one all the same',
    file: 'src/loops/stop.ts',
    find: "const isOurs = service !== null && satisfiesLevel(level, 'corroborated');",
    put: "const isOurs = service !== null && (level === 'mismatch' || satisfiesLevel(level, 'corroborated'));",
    by: stopped('not what the service runs'),
  },
  {
    name: 'nobody stays behind when the manager is silent',
    file: 'src/loops/stop.ts',
    find: "  if (!state.isStopping || state.fate === 'restart' || state.fate === 'stop') return [];\n",
    put: '  if (state.startedAt > 0) return [];\n',
    by: stopped('nobody adopts it within a minute'),
  },
  {
    name: 'a holder without its store leaves the runs of a stopped service',
    file: 'src/loops/stop.ts',
    find: "  if (state.fate === 'stop') endRuns(state, term);\n  await world",
    put: '  await world',
    by: stopped('without its store .*stop'),
  },
  {
    name: 'an adoption leaves no mark',
    file: 'src/adapters/executors/adoptions.ts',
    find: '        leaveAdoption(attemptFolder(this.#home, key), by);\n',
    put: '        if (by.pid < 0) leaveAdoption(attemptFolder(this.#home, key), by);\n',
    by: stayed('leaves a mark', /regular expression/),
  },
  {
    name: 'an old adoption counts as a new one',
    file: 'src/adapters/executors/stay.ts',
    find: 'readAdoption(folder) === adoption;',
    put: '(adoption, readAdoption(folder) === null);',
    by: stayed('another owner adopts', /Expected values/),
  },
  {
    name: 'a starter says that it stays before it knows who had adopted the runs',
    file: 'src/adapters/executors/starter.ts',
    find: '      const over = stayWith(',
    put: "      send({ kind: 'staying' });\n      await new Promise((go) => setTimeout(go, 500));\n      const over = stayWith(",
    by: stayed('with the adoption of its runs', /Not within/, true),
  },
  {
    name: 'a starter that stays behind lets gates be',
    file: 'src/adapters/executors/starter.ts',
    find: '    for (const wrapper of this.#held.values()) wrapper.leave();\n',
    put: '',
    by: stayed('lets no gate open', /Not within/, true),
  },
  {
    name: 'a starter that stays behind does not hear that the machine goes down',
    file: 'src/adapters/executors/starter.ts',
    find: 'process.on(signal, () => this.#hurry?.abort());',
    put: 'process.on(signal, () => {});',
    by: stayed('is told to end', /Not within/, true),
  },
  {
    name: 'a look-alike proves to be the service that was installed',
    file: 'src/core/provenance-judgement.ts',
    find: "if (other !== null) return { level: 'mismatch', fact: other };",
    put: "if (other === '') return { level: 'mismatch', fact: other };",
    by: {
      file: 'src/core/provenance-judgement.test.ts',
      pattern: 'another file|another program',
      red: /Expected values/,
    },
  },
  {
    name: 'the program of a unit is not compared',
    file: 'src/core/service-drift.ts',
    find: 'if (program !== null && plain(program) !== plain(installed))',
    put: "if (program === '' && plain(program) !== plain(installed))",
    by: {
      file: 'src/adapters/provenance/probe.test.ts',
      pattern: 'look-alike with another program',
      red: /proven/,
    },
  },
  {
    name: 'a contradiction of the manager waits for a minute',
    file: 'src/loops/presence.ts',
    find: "(probed.level !== 'mismatch' && levelRank",
    put: "(probed.level !== 'proven' && levelRank",
    by: watched('calls "mismatch"', /ERR_ASSERTION/),
  },
  {
    name: 'a process is told by its pid alone',
    file: 'src/adapters/provenance/probe.ts',
    find: 'const isIt = provenance.chain[0]?.startMark === process.startMark;',
    put: 'const isIt = provenance.chain[0]?.pid === process.pid;',
    by: {
      file: 'src/adapters/provenance/probe.test.ts',
      pattern: 'given out again',
      red: /Expected values/,
    },
  },
  {
    name: 'the word of a process goes before that of its manager',
    file: 'src/operations/examine.ts',
    find: 'return provenance === null ? origin : { ...origin, provenance };',
    put: 'return provenance === null ? { ...origin } : origin;',
    by: {
      file: 'src/operations/drift.test.ts',
      pattern: 'goes before what a process said',
      red: /Expected values/,
    },
  },
  {
    name: 'the environment of the asker is shown for that of the owner',
    file: 'src/operations/environment.ts',
    find: "    if (own !== null) return { own, from: 'owner', message };",
    put: "    if (own !== null) return { own: environments.own, from: 'owner', message };",
    by: {
      file: 'src/operations/environment.test.ts',
      pattern: 'told by the owner',
      red: /Expected values/,
    },
  },
  {
    name: 'values that may be secrets are shown',
    file: 'src/operations/environment.ts',
    find: 'sameForEachRun.has(name) : isInherited(name);',
    put: 'sameForEachRun.has(name) : isInherited(name) || name.length > 0;',
    by: {
      file: 'src/operations/environment.test.ts',
      pattern: 'secrets are not told',
      red: /Expected values/,
    },
  },
  {
    name: 'an owner tells its whole environment',
    file: 'src/loops/instance.ts',
    find: 'environment: () => inheritedOf(world.environments.own),',
    put: 'environment: () => ({ ...inheritedOf(world.environments.own), ...Object.fromEntries(Object.entries(world.environments.own).map(([name, text]) => [name, String(text)])) }),',
    by: {
      file: 'test/simulation/scenes-environment.test.ts',
      pattern: 'tells whoever asks',
      red: /Expected values/,
    },
  },
  {
    name: 'an environment file that others may write is used',
    file: 'src/adapters/host/run-environments.ts',
    find: 'if ((stats.mode & 0o077) !== 0)',
    put: 'if ((stats.mode & 0o077) === 0o777)',
    by: {
      file: 'src/adapters/host/run-environments.test.ts',
      pattern: 'readable by others',
      red: /Missing expected exception/,
    },
  },
  {
    name: 'a bad line of an environment file is passed over',
    file: 'src/core/environment-file.ts',
    find: "if (name === '') return bad('it is not NAME=VALUE');",
    put: "if (name === '') continue;",
    by: {
      file: 'src/core/environment-file.test.ts',
      pattern: 'is refused with its line',
      red: /Expected values/,
    },
  },
  {
    name: 'a wrapper at a gate that nobody opens is waited for',
    file: 'src/adapters/executors/inspection.ts',
    find: "  if (seen.kind === 'gated' && (await around.processes.kill(process, 2_000)))",
    put: "  if (seen.kind === 'running' && (await around.processes.kill(process, 2_000)))",
    by: {
      file: 'src/adapters/executors/inspection.test.ts',
      pattern: 'nobody opens any more',
      red: /deep-equal/,
    },
  },
  {
    name: 'a wrapper is killed before the word to go can have reached it',
    file: 'src/adapters/executors/inspection.ts',
    find: 'const gateMs = 1_000;',
    put: 'const gateMs = 0;',
    by: {
      file: 'src/adapters/executors/inspection.test.ts',
      pattern: 'is not killed before|is found running',
      red: /Expected values/,
    },
  },
];
