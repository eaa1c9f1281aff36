import type { Sabotage } from './sabotage.ts';

const deaths = 'test/faults/deaths.slow.ts';
const starting = 'test/faults/starting.slow.ts';
const surroundings = 'test/faults/surroundings.slow.ts';
const load = 'test/faults/load.slow.ts';
const wrapper = 'src/adapters/executors/wrapper-text.ts';
const reader = 'src/adapters/executors/reader.slow.ts';
const guard = 'src/adapters/executors/guard-text.ts';

/** Protections that only real processes can show missing: each takes the time to build the program and to play one scene. */
export const faultScenes: readonly Sabotage[] = [
  {
    name: 'the gate does not look at its deadline',
    file: 'src/adapters/executors/gate-text.ts',
    find: 'if [ -r /proc/uptime ] && [ $(( _ck_now * 10 + 10 )) -gt "$_ck_trust" ]; then exit 125; fi',
    put: '',
    by: { file: deaths, pattern: 'woken after', red: /not_started/, usesProgram: true },
  },
  {
    name: 'what a run left behind lets it be timed out after its end',
    file: wrapper,
    find: 'if [ -n "$_ck_over" ]; then read',
    put: 'if [ -e "$_ck_folder/overtime" ]; then read',
    by: {
      file: 'src/adapters/executors/wrapper.slow.ts',
      pattern: 'right under /bin/dash, at once',
      red: /ended when its time was over/,
    },
  },
  {
    name: 'what a lost run wrote is forgotten',
    file: 'src/adapters/executors/inspection.ts',
    find: '  ...lostOutput(folder),\n',
    put: '',
    by: {
      file: 'src/adapters/executors/local.slow.ts',
      pattern: 'when a wrapper is killed',
      red: /strictly equal/,
    },
  },
  {
    name: 'a gate opens by itself',
    file: 'src/adapters/executors/wrapper-process.ts',
    find: '    this.#serving = serving;\n',
    put: '    this.#serving = serving;\n    this.open(99_999_999_999, 1);\n',
    by: { file: deaths, pattern: 'between authorise', red: /deep-equal/, usesProgram: true },
  },
  {
    name: 'the guard sleeps on when its starter is gone',
    file: guard,
    find: "  case $_ck_facts in '# '*) ;; *) exit 0 ;; esac\n",
    put: `  [ "$_ck_late" != 0 ] || exit 0\n`,
    by: {
      file: 'src/adapters/executors/wrapper.slow.ts',
      pattern: 'dies right after go',
      red: /ran/,
    },
  },
  {
    name: 'a command whose reader is gone waits for one',
    file: guard,
    find: '      [ "$_ck_read" -lt 3 ] || _ck_drain_output\n',
    put: '',
    by: { file: reader, pattern: 'is not there goes on', red: /AssertionError/ },
  },
  {
    name: 'output that nobody read to its end counts as whole',
    file: wrapper,
    find: '    4) printf',
    put: '    5) printf',
    by: { file: reader, pattern: 'is not there goes on', red: /AssertionError/ },
  },
  {
    name: 'a reader that begins slowly is ended',
    file: guard,
    find: '[ "$_ck_seen" != "$_ck_before" ]; do',
    put: 'false; do',
    by: { file: reader, pattern: 'waited for as long', red: /AssertionError/ },
  },
  {
    name: 'what a command with secrets is loaded by is loaded into who hides them',
    file: 'src/adapters/executors/wrapper.ts',
    find: '...loadingAside(order.env)',
    put: '...order.env',
    by: { file: reader, pattern: 'loaded by none of ours', red: /AssertionError/ },
  },
  {
    name: 'a gate that is still shut is left to itself',
    file: 'src/loops/account.ts',
    find: "if (seen.kind === 'gated' || (",
    put: "if (seen.kind === 'lost' || (",
    by: { file: deaths, pattern: 'stuck behind go', red: /stuck behind go/, usesProgram: true },
  },
  {
    name: 'TERM is all that ends a tree',
    file: wrapper,
    find: 'if [ "$_ck_now" -ge "$_ck_kill_at" ]; then',
    put: 'if false; then',
    by: {
      file: 'test/journeys/survival.test.ts',
      pattern: 'within the bound after its timeout',
      red: /gone|is over/,
      usesProgram: true,
    },
  },
  {
    name: 'a failed tick is not told',
    file: 'src/loops/instance.ts',
    find: '    state.trouble = trouble;\n',
    put: '',
    by: {
      file: 'test/faults/clocks.slow.ts',
      pattern: 'ticks that throw',
      red: /status is red|thrown on purpose/,
      usesProgram: true,
    },
  },
  {
    name: 'a TZ that names no zone is believed',
    file: 'src/main/known-settings.ts',
    find: "return named !== null && isZone(named) ? named : 'UTC';",
    put: 'return String(named);',
    by: {
      file: 'test/faults/clocks.slow.ts',
      pattern: 'zone and language',
      red: /1 !== 0/,
      usesProgram: true,
    },
  },
  {
    name: 'a run is as dear to the machine as its scheduler',
    file: 'src/adapters/executors/gate-text.ts',
    find: 'printf 500 2>/dev/null >/proc/self/oom_score_adj',
    put: ':',
    by: { file: starting, pattern: 'memory runs out', red: /as good a victim/, usesProgram: true },
  },
  {
    name: 'a wrapper that cannot fork records nothing',
    file: wrapper,
    find: 'trap \'_ck_fail start_failed "no process could be made for it"\' EXIT',
    put: '',
    by: { file: starting, pattern: 'no process can be made', red: /unknown/, usesProgram: true },
  },
  {
    name: 'a command is not looked at before it is executed',
    file: 'src/adapters/executors/program-check.ts',
    find: '    [ ! -d "$_ck_program" ] || _ck_fail command_is_folder "$_ck_program"\n',
    put: '',
    by: {
      file: 'test/journeys/bad-input.test.ts',
      pattern: 'a command that cannot be executed',
      red: /command_is_folder/,
      usesProgram: true,
    },
  },
  {
    name: 'anybody may watch, however many there are',
    file: 'src/adapters/neighbours/reception.ts',
    find: 'const mostWatching = 256;',
    put: 'const mostWatching = 100_000;',
    by: {
      file: 'src/adapters/neighbours/neighbours.test.ts',
      pattern: 'may watch at a time',
      red: /!== 256/,
    },
  },
  {
    name: 'a log line that cannot be written is an error',
    file: 'src/adapters/host/log.ts',
    find: '    writeSync(file, text);\n  } catch {\n',
    put: '    writeSync(file, text);\n  } catch (error) {\n    throw error;\n',
    by: { file: surroundings, pattern: 'a full device', red: /a full device/, usesProgram: true },
  },
  {
    name: 'a hang-up is not heard',
    file: 'src/main/instance.ts',
    find: "  process.on('SIGHUP', end);\n",
    put: '',
    by: { file: surroundings, pattern: 'SIGHUP', red: /killed by the signal/, usesProgram: true },
  },
  {
    name: 'there is always room for another run',
    file: 'src/loops/start.ts',
    find: 'let commands = settings.maxRunning;',
    put: 'let commands = settings.maxRunning + 1_000_000;',
    by: {
      file: load,
      pattern: 'due in the same second',
      env: { STORM: '150' },
      red: /at once/,
      usesProgram: true,
    },
  },
  {
    name: 'output has no limit',
    file: guard,
    find: 'ulimit -f "$_ck_blocks" 2>/dev/null',
    put: ':',
    by: {
      file: load,
      pattern: 'floods of output',
      red: /one line without an end/,
      usesProgram: true,
    },
  },
];
