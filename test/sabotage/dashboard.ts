import type { Sabotage, TestRun } from './sabotage.ts';

const scene = (pattern: string): TestRun => ({
  file: 'test/simulation/scenes-dashboard.test.ts',
  pattern,
  red: /Expected values|did not|not waited/,
});
const installed = (pattern: string): TestRun => ({
  file: 'src/operations/service-install.test.ts',
  pattern,
  red: /Expected values/,
});
const unit = (pattern: string): TestRun => ({
  file: 'src/core/systemd-unit.test.ts',
  pattern,
  red: /Expected values|deepEqual|deepStrictEqual/,
});
const typed = (pattern: string): TestRun => ({
  file: 'src/doors/cli/cli.test.ts',
  pattern,
  red: /Expected values/,
});

/** What keeps a dashboard from being more than one: it asks, it starts nothing, it comes and goes with those whom it belongs to. */
export const dashboards: readonly Sabotage[] = [
  {
    name: 'who only asks is elected when nobody else is there',
    file: 'src/core/eligibility.ts',
    find: "  if (!schedules) {\n    return {\n      kind: 'delegator',\n      code: 'not_authorised_owner',\n      message: 'It was started",
    put: "  if (!schedules && role === 'timer') {\n    return {\n      kind: 'delegator',\n      code: 'not_authorised_owner',\n      message: 'It was started",
    by: scene('whoever only asks'),
  },
  {
    name: 'a dashboard that owns does not hear what its own page asks for',
    file: 'src/main/dashboard.ts',
    find: 'const own = await openBase(base.home.path, { integrity: true });',
    put: 'const own = base;',
    by: {
      file: 'test/journeys/dashboard-schedule.test.ts',
      pattern: 'own page',
      red: /it ran/,
      usesProgram: true,
    },
  },
  {
    name: 'who only asks starts a starter all the same',
    file: 'src/loops/instance.ts',
    find: 'if (world.self.schedules) await world.executor.open();',
    put: 'await world.executor.open();',
    by: scene('whoever only asks'),
  },
  {
    name: 'a dashboard that schedules ranks beside a runner',
    file: 'src/core/eligibility.ts',
    find: "if (role === 'runner' || role === 'gateway') return { kind: 'eligible', rank: 2 };",
    put: "if (role !== 'timer') return { kind: 'eligible', rank: 2 };",
    by: scene('gives way to a runner'),
  },
  {
    name: 'a dashboard of a desktop application may own a profile by itself',
    file: 'src/core/eligibility.ts',
    find: "if (role === 'desktop') {",
    put: "if (role === 'desktop' && !schedules) {",
    by: { file: 'src/core/eligibility.test.ts', red: /Expected values/ },
  },
  {
    name: 'a dashboard of a desktop application outlives it',
    file: 'src/main/parent.ts',
    find: 'while (parentNow() === parent && !signal.aborted)',
    put: 'while (parent > 0 && !signal.aborted)',
    by: { file: 'src/main/parent.test.ts', red: /it waits for ever/ },
  },
  {
    name: 'others may read where a dashboard answers',
    file: 'src/adapters/host/published-port.ts',
    find: '{ mode: 0o600, flag',
    put: '{ mode: 0o644, flag',
    by: { file: 'src/adapters/host/published-port.test.ts', red: /Expected values/ },
  },
  {
    name: 'a dashboard asks the machine by commands',
    file: 'src/adapters/outlook/probe.ts',
    find: ', run: async () => null });',
    put: ' });',
    by: {
      file: 'src/adapters/outlook/outlook.test.ts',
      pattern: 'starts none',
      red: /Expected values/,
    },
  },
  {
    name: 'a link is printed where it ends in a log',
    file: 'src/main/announce.ts',
    find: 'const link = json || host.stdoutIsTty ?',
    put: 'const link = json || door.port > 0 ?',
    by: {
      file: 'test/journeys/report-25737.test.ts',
      pattern: 'A4: a dashboard says',
      red: /a secret/,
      usesProgram: true,
    },
  },
  {
    name: 'the dashboard of up stays when up is told to stop',
    file: 'src/main/beside.ts',
    find: 'if (!isOver(child)) await end(child, ended, beside);',
    put: 'void end;',
    by: {
      file: 'test/journeys/dashboard-beside.test.ts',
      pattern: 'ends its dashboard',
      red: /Expected values|falsy|expression evaluated/,
      usesProgram: true,
    },
  },
  {
    name: 'a dashboard that only asks is appointed by its installation',
    file: 'src/operations/service-install.ts',
    find: '  if (!plan.schedules) return false;\n',
    put: '',
    by: installed('only asks is never appointed'),
  },
  {
    name: 'the unit of a dashboard that schedules keeps its jobs from what they need',
    file: 'src/core/systemd-hardening.ts',
    find: 'plan.schedules ? executing : asking(plan)',
    put: "plan.role !== 'dashboard' ? executing : asking(plan)",
    by: unit('executes jobs'),
  },
  {
    name: 'an application that says what it is is not believed',
    file: 'src/doors/cli/actions/processes.ts',
    find: "CRONKEEPER_DESKTOP === '1' || HERMES_DESKTOP === '1'",
    put: "CRONKEEPER_DESKTOP === '1' && HERMES_DESKTOP === '1'",
    by: typed('asks unless it is told'),
  },
  {
    name: 'a click that was refused is refused for as long as somebody clicks',
    file: 'src/doors/http/once.ts',
    find: '      if (error instanceof Refusal && this.#bursts.get(name)?.sent === sent)',
    put: '      if (error instanceof RangeError && this.#bursts.get(name)?.sent === sent)',
    by: { file: 'src/doors/http/once.test.ts', pattern: 'asked anew', red: /Nobody would run it/ },
  },
  {
    name: 'a service that only asks counts as one that gives an owner',
    file: 'src/core/service-checkup.ts',
    find: 'if (reports.some(({ record }) => mayOwn(record))) return found;',
    put: 'if (reports.length > 0) return found;',
    by: { file: 'src/core/service-checkup.test.ts', pattern: 'only asks', red: /Expected values/ },
  },
  {
    name: 'a link ends in the log of up',
    file: 'src/main/beside.ts',
    find: 'tellsLinks ? announcement : { ...announcement, link: null }',
    put: 'announcement',
    by: {
      file: 'test/journeys/dashboard-beside.test.ts',
      pattern: 'tells no link',
      red: /did not match|was expected to not match|The input did not match/,
      usesProgram: true,
    },
  },
];
