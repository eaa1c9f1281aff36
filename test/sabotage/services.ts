import type { Sabotage } from './sabotage.ts';

/** What keeps an installation of a service from doing harm. */

const installing = 'src/operations/service-install.test.ts';

const takingOver = 'src/doors/cli/actions/take-over.test.ts';

export const services: readonly Sabotage[] = [
  {
    name: 'lines are taken from cron although nothing would run them',
    file: 'src/doors/cli/actions/take-over.ts',
    find: "if (!isSet(session.input, 'plan') && hasLines(before)) await requireRunning(session);",
    put: '',
    by: { file: takingOver, pattern: 'where nothing would run', red: /strictly equal/ },
  },
  {
    name: 'who ran the jobs before the wait is believed to be there after it',
    file: 'src/doors/cli/actions/take-over.ts',
    find: 'here cron still has the lines.\n    await requireRunning(session);',
    put: '',
    by: { file: takingOver, pattern: 'who goes away while', red: /"applied": true/ },
  },
  {
    name: 'a job begins although cron has its line',
    file: 'src/doors/cli/actions/take-over.ts',
    find: 'taken.has(job.id) || hasLetGo(after, job)',
    put: 'job.id !== after',
    by: { file: takingOver, pattern: 'never run by both', red: /strictly|deep-equal/ },
  },
  {
    name: 'a line leaves the crontab although its job would not run',
    file: 'src/operations/import-crontab.ts',
    find: '  if (hold === null) return null;',
    put: "  if (hold !== '') return null;",
    by: { file: takingOver, pattern: 'a line whose job is paused', red: /strictly equal/ },
  },
  {
    name: 'a crontab is read as text whatever its bytes are',
    file: 'src/adapters/host/crontab.ts',
    find: 'if (isUtf8(bytes)) return',
    put: 'if (bytes.length >= 0) return',
    by: {
      file: 'src/adapters/host/crontab.test.ts',
      pattern: 'that is not UTF-8 is refused',
      red: /Missing expected rejection/,
    },
  },
  {
    name: 'a line of a crontab is the job of its place among its namesakes',
    file: 'src/operations/line-jobs.ts',
    find: 'one.time === time && one.script === line.script',
    put: "one.job.id !== time + ''",
    by: {
      file: 'src/operations/import-crontab.test.ts',
      pattern: 'wherever it stands among',
      red: /deep-equal/,
    },
  },
  {
    name: 'a line becomes a second job when the schedule of the first was edited',
    file: 'src/operations/line-jobs.ts',
    find: '!isMarked(marks, one.job.definition.name)',
    put: "marks.includes(one.job.id + '')",
    by: {
      file: 'src/operations/import-crontab.test.ts',
      pattern: 'becomes no second job',
      red: /did not match/,
    },
  },
  {
    name: 'a job that calls Hermes believes its exit code',
    file: 'src/doors/cli/unbuilt.ts',
    find: '{exit !ok}',
    put: '{exit 0}',
    by: { file: 'src/doors/cli/unbuilt.test.ts', pattern: 'by what Hermes says', red: /true/ },
  },
  {
    name: 'setup looks for lines alone, not for jobs that an interrupted take-over holds',
    file: 'src/doors/cli/actions/setup.ts',
    find: "facts.crontab.kind === 'read' ? facts.crontab.waiting : 0",
    put: '0',
    by: {
      file: 'src/doors/cli/actions/setup.test.ts',
      pattern: 'no line is left to take',
      red: /status/,
    },
  },
  {
    name: 'a line by which cronkeeper ticks is known only with a blank behind it',
    file: 'src/operations/crontab.ts',
    find: '(?:[\\s;&|<>)%`]|$)/;',
    put: '(?:\\s|$)/;',
    by: {
      file: 'src/operations/import-crontab.test.ts',
      pattern: 'cron goes on letting',
      red: /deep-equal/,
    },
  },
  {
    name: 'a protected job runs under a manager that it does not name',
    file: 'src/core/requirement-check.ts',
    find: '(manager === undefined || service.manager === manager)',
    put: "manager !== 'launchd-agent'",
    by: {
      file: 'src/core/requirement-check.test.ts',
      pattern: 'of another manager',
      red: /'met'/,
    },
  },
  {
    name: 'what an installation did stays when it fails',
    file: 'src/operations/service-install.ts',
    find: 'const left = await undo.run();',
    put: 'const left: readonly string[] = [];',
    by: { file: installing, pattern: 'whichever change fails', red: /change \d+ failed/ },
  },
  {
    name: 'an upgrade at the same path leaves the former program running',
    file: 'src/operations/service-before.ts',
    find: '        process.version === version && ',
    put: '        ',
    by: { file: installing, pattern: 'of another version', red: /deep-equal/ },
  },
  {
    name: 'a program that was built anew is taken for the one that runs',
    file: 'src/operations/service-before.ts',
    find: ' >= (programChangedAt ?? 0)',
    put: ' >= 0',
    by: { file: installing, pattern: 'built anew', red: /deep-equal/ },
  },
  {
    name: 'what did not prove itself is appointed',
    file: 'src/operations/service-wait.ts',
    find: "instance.provenance.level === 'proven' &&",
    put: '',
    by: { file: installing, pattern: 'does not vouch for', red: /rejection|AssertionError/ },
  },
  {
    name: 'a former process that still ends proves the one that follows',
    file: 'src/operations/service-wait.ts',
    find: '      instance.startedAt >= since &&\n',
    put: '',
    by: { file: installing, pattern: 'takes its time to end', red: /strictly equal/ },
  },
  {
    name: 'a rule that a person made is replaced',
    file: 'src/operations/service-install.ts',
    find: "if (appointment.kind !== 'auto' && !wish.appoints) return mayOwnNow(status, world);",
    put: '',
    by: { file: installing, pattern: 'a rule that a person made is left', red: /true !== false/ },
  },
  {
    name: 'a rule that was made since is replaced by uninstalling',
    file: 'src/operations/service-uninstall.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a source file
    find: 'if (rule.length !== 1 || rule[0] !== `service ${nameOf(plan)}`) return null;',
    put: '',
    by: {
      file: installing,
      pattern: 'is not replaced by uninstalling',
      red: /strictly equal|auto/,
    },
  },
  {
    name: 'lingering is turned off under the service of another profile',
    file: 'src/operations/service-uninstall.ts',
    find: '[...home.records, ...home.others]',
    put: 'home.records',
    by: { file: installing, pattern: 'a service of another profile', red: /false !== true/ },
  },
  {
    name: 'that lingering was turned on is forgotten with the service that did it',
    file: 'src/operations/service-uninstall.ts',
    find: '    await putRecord(door, { ...heir, enabledLinger: true });\n',
    put: '',
    by: { file: installing, pattern: 'a service of another role', red: /true !== false/ },
  },
  {
    name: 'a home is asked as root',
    file: 'src/adapters/services/as-user.ts',
    find: 'process.getuid?.() === uid ? {} : { uid, gid }',
    put: '{}',
    by: {
      file: 'src/adapters/services/as-user.test.ts',
      pattern: 'root becomes the user',
      red: /65534/,
    },
  },
  {
    name: 'root is assumed where nobody is named',
    file: 'src/core/service-choice.ts',
    find: 'if (caller.uid !== 0) return caller.name;',
    put: 'return caller.name;',
    by: {
      file: 'src/core/service-choice.test.ts',
      pattern: 'root alone',
      red: /expected exception/,
    },
  },
  {
    name: 'sudo means the service that has the usual name, whosever it is',
    file: 'src/core/service-choice.ts',
    find: '? [{ user: sudoUser, home: null }, marks]',
    put: '? [marks]',
    by: {
      file: 'src/core/service-choice.test.ts',
      pattern: 'their own first',
      red: /deep-equal/,
    },
  },
  {
    name: 'a unit that somebody wrote is replaced',
    file: 'src/adapters/services/systemd-reading.ts',
    find: 'if (unmarked >= 0)',
    put: 'if (unmarked >= 9)',
    by: {
      file: 'src/adapters/services/systemd.test.ts',
      pattern: 'a unit that somebody wrote in the place',
      red: /'foreign'/,
    },
  },
  {
    name: 'a value may end its line in a unit',
    file: 'src/core/systemd-quoting.ts',
    find: '`"${text.replace(special, writtenOut).replaceAll',
    put: '`"${text.replaceAll',
    by: {
      file: 'src/core/systemd-unit.test.ts',
      pattern: 'no value leaves its line',
      red: /Property failed/,
    },
  },
  {
    name: 'a timer counts although it is not armed',
    file: 'src/core/timer-readiness.ts',
    find: "if (state.kind !== 'known' || !state.isActive || state.nextTickAt === null) return null;",
    put: "if (state.kind !== 'known' || state.nextTickAt === null) return null;",
    by: {
      file: 'src/core/timer-readiness.test.ts',
      pattern: 'disabled a second ago',
      red: /true !== false/,
    },
  },
  {
    name: 'two ticks that were typed by hand are a timer',
    file: 'src/core/tick-period.ts',
    find: '(at) => newest - at >= shortestPeriodMs - jitterMs',
    put: '(at) => newest - at >= 0',
    by: {
      file: 'src/core/timer-readiness.test.ts',
      pattern: 'two ticks by hand',
      red: /true !== false/,
    },
  },
  {
    name: 'another name of the boot means dead, in a container too',
    file: 'src/adapters/host/processes.ts',
    find: 'identity.bootId !== here.bootId && !(isSameNamespace && isContained)',
    put: 'identity.bootId !== here.bootId',
    by: {
      file: 'src/adapters/host/processes.test.ts',
      pattern: 'in a container',
      red: /the same/,
    },
  },
  {
    name: 'a tick does not wait for a holder that it cannot see',
    file: 'src/loops/instance.ts',
    find: ' && !state.mayBeGone',
    put: '',
    by: {
      file: 'test/simulation/scenes-term.test.ts',
      pattern: 'a holder that it cannot see',
      red: /true !== false/,
    },
  },
];
