import type { Sabotage } from './sabotage.ts';

const standIns = 'test/hermes/seen.slow.ts';
const protectedFiles = 'src/adapters/executors/protected.slow.ts';

/** Protections of what is seen of other programs and of the machine. */
export const seen: readonly Sabotage[] = [
  {
    name: 'what was written is never put away',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: "await this.all('PRAGMA wal_checkpoint(PASSIVE)');",
    put: "await this.all('PRAGMA user_version');",
    by: {
      file: 'src/adapters/stores/sqlite.test.ts',
      pattern: 'used from its beginning',
      red: /strictly equal/,
    },
  },
  {
    name: 'an idle owner does not put away what was written',
    file: 'src/loops/prune.ts',
    find: "undertake(state, 'write-back', store.upkeep.writeBack());",
    put: 'void undertake;',
    by: {
      file: 'test/simulation/scenes-term.test.ts',
      pattern: 'every ten minutes what was written',
      red: /strictly equal/,
    },
  },
  {
    name: 'a foreign pid alone is an identity',
    file: 'src/adapters/hermes/sightings.ts',
    find: 'record.pid === pid && isStart(record.startTime, { startMark, startedAt })',
    put: 'record.pid === pid',
    by: { file: standIns, pattern: 'never by its record', red: /never by its record/ },
  },
  {
    name: 'every dashboard of Hermes is taken for a scheduler',
    file: 'src/adapters/hermes/recognition.ts',
    find: "if (environment()?.get('HERMES_DESKTOP') !== '1') return null;",
    put: 'environment();',
    by: { file: 'src/adapters/hermes/recognition.test.ts', red: /did not start does not tick/ },
  },
  {
    name: 'the look at processes has no bounds',
    file: 'src/adapters/hermes/processes.ts',
    find: 'return pids.length <= processes;',
    put: 'return true;',
    by: { file: standIns, pattern: 'more processes than', red: /true !== false/ },
  },
  {
    name: 'a doctor mends without being told to',
    file: 'src/doors/cli/actions/doctor.ts',
    find: "isSet(call.own, 'fix') ? mendsIn(first.answer) : []",
    put: 'mendsIn(first.answer)',
    by: { file: 'src/doors/cli/doctor.test.ts', red: /mended only with --fix/ },
  },
  {
    name: 'a doctor is silent about a home that cannot be opened',
    file: 'src/doors/cli/actions/doctor.ts',
    find: 'if (closed === null) throw error;',
    put: 'if (closed === null || call.globals.home === null) throw error;',
    by: { file: 'src/doors/cli/doctor.test.ts', red: /is a finding/ },
  },
  {
    name: 'as process 1 the launcher becomes Node',
    file: 'bin/cronkeeper',
    find: '[ $$ -eq 1 ] || exec "$@"',
    put: 'exec "$@"',
    by: {
      file: 'test/containers/process-one.slow.ts',
      pattern: 'under the shell of this system',
      red: /a child of process 1|remains are collected/,
      usesProgram: true,
    },
  },
  {
    name: 'an orphan that process 1 inherited is what the container was started for',
    file: 'src/core/provenance-judgement.ts',
    find: '<= longestStartTicks',
    put: '<= 1e12 + longestStartTicks',
    by: { file: 'src/core/provenance-judgement.test.ts', red: /was inherited by the launcher/ },
  },
  {
    name: 'a stopped container leaves its runs to nobody',
    file: 'src/loops/stop.ts',
    find: "isMainOfContainer(state.provenance) ? 'stop' : 'restart'",
    put: "isMainOfContainer(state.provenance) ? 'restart' : 'restart'",
    by: {
      file: 'test/containers/process-one.slow.ts',
      pattern: 'ends its runs',
      red: /outcome is no text/,
      usesProgram: true,
    },
  },
  {
    name: 'a file is readable when its mode says so',
    file: 'src/adapters/executors/probe-scripts.ts',
    find: 'command : <"$2" || exit 4;',
    put: ':;',
    by: { file: protectedFiles, pattern: 'the probe itself', red: /a blocked file was not opened/ },
  },
  {
    name: 'a pipe is opened to see whether it can be',
    file: 'src/adapters/executors/probe-scripts.ts',
    find: 'if [ -f "$2" ] || [ -d "$2" ]; then',
    put: 'if [ -e "$2" ]; then',
    by: { file: protectedFiles, pattern: 'the probe itself', red: /a pipe was opened/ },
  },
  {
    name: 'values of a property list are written as they are',
    file: 'src/core/launchd-plist.ts',
    find: ".replaceAll('<', '&lt;')",
    put: '',
    by: { file: 'test/launchd/plists.slow.ts', red: /comes back as it was/ },
  },
  {
    name: 'launchd is given a service anew while its process still ends',
    file: 'src/adapters/services/launchd.ts',
    find: "const acted = await this.act('bootout', unit);",
    put: "const acted = await this.act('bootout', unit);\n    if (acted.kind !== 'done') return done;",
    by: {
      file: 'src/adapters/services/launchd.test.ts',
      pattern: 'bootstrapped anew',
      red: /bootstrapped anew/,
    },
  },
  {
    name: 'a doctor takes every service for watched',
    file: 'src/core/service-checkup.ts',
    find: "state.kind === 'known' && state.hasWatchdog === false",
    put: "state.kind === 'known' && state.words === ''",
    by: { file: 'src/core/service-checkup.test.ts', red: /nobody watches/ },
  },
];
