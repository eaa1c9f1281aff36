import { Refusal } from '../../../core/refusal.ts';
import type { TakenLine } from '../../../operations/crontab.ts';
import { readStatus } from '../../../operations/service-world.ts';
import {
  isSetUp,
  lookBeforeSetup,
  type SetupFacts,
  type SetupWishes,
  takeLines,
} from '../../../operations/setup.ts';
import { isSet, plainView, print, textOf } from '../call.ts';
import type { Questions, SetupGround } from '../host.ts';
import { escapeLine } from '../present/escape.ts';
import { serviceDocument } from '../present/services.ts';
import { presentSetup, setupLines } from '../present/setup.ts';
import { lines, plain } from '../present/view.ts';
import type { ServiceOutcome } from '../service.ts';
import type { Action, Call } from '../spec.ts';
import { scopeOf } from './services.ts';

const nothingWillRun = 4;

/** From nothing to a scheduler that starts at boot: says what is there, asks at most twice, does it, and shows that it is so. */
export const setup: Action = async (call) => {
  const { host, globals, own } = call;
  const agreed = isSet(own, 'yes');
  if (!agreed && host.questions === null) throw noTerminal();
  const request = { ...globals, scope: scopeOf(own), runAs: textOf(own, 'runAs') };
  const ground = await host.openSetup(request);
  if (ground.hindrance !== null) throw ground.hindrance;
  const facts = await lookBeforeSetup(ground.door, !isSet(own, 'noCrontab'));
  await tell(call, setupLines(ground, facts));
  const usual = allOf(facts);
  const wishes = agreed ? usual : await askFor(await host.questions?.(), facts, usual);
  if (wishes === null || !(wishes.installs || takes(wishes))) {
    await print(call, { changed: false }, plain(lines('Nothing was changed.')));
    return 0;
  }
  return carryOut(call, ground, wishes);
};

const takes = ({ lines: chosen, waiting }: SetupWishes): boolean => chosen.length + waiting > 0;

const noTerminal = (): Refusal =>
  new Refusal('usage', 'setup asks questions, and there is no terminal to ask on.', {
    kind: 'usage',
    remedy: { kind: 'command', text: 'cronkeeper setup --yes' },
  });

const tell = async ({ host, globals }: Call, text: readonly string[]): Promise<void> => {
  if (!globals.json) await host.stdout.write(lines(...text.map(escapeLine)));
};

const linesIn = ({ crontab }: SetupFacts): readonly TakenLine[] =>
  crontab.kind === 'read' ? crontab.taken : [];

const allOf = (facts: SetupFacts): SetupWishes => ({
  installs: !isSetUp(facts.status),
  lines: linesIn(facts).map(({ line }) => line),
  waiting: facts.crontab.kind === 'read' ? facts.crontab.waiting : 0,
});

const whichLines = 'Which lines shall leave your crontab and run here?';
const completeIt = 'Complete the take-over of your crontab that was interrupted?';

/** Null when the person would rather stop. */
async function askFor(
  questions: Questions | undefined,
  facts: SetupFacts,
  usual: SetupWishes,
): Promise<SetupWishes | null> {
  if (questions === undefined) return null;
  const installs = usual.installs
    ? await questions.yes('Run these jobs from boot on, also when nobody is logged in?', true)
    : false;
  if (installs === null) return null;
  const choices = linesIn(facts).map(({ line, name }) => ({ value: line, label: name }));
  const chosen = choices.length === 0 ? [] : await questions.some(whichLines, choices);
  if (chosen === null) return null;
  // Whoever takes lines completes what was begun before.
  const completes =
    chosen.length > 0 || usual.waiting === 0 || (await questions.yes(completeIt, true));
  if (completes === null) return null;
  return { installs, lines: chosen, waiting: completes ? usual.waiting : 0 };
}

/** The service first: what leaves the crontab must be run by somebody at once. */
async function carryOut(call: Call, ground: SetupGround, wishes: SetupWishes): Promise<number> {
  const service = wishes.installs ? await install(call, ground) : null;
  const before = service?.kind === 'installed' ? service.status : await readStatus(ground.door);
  const isReady = before.readiness.willRun;
  const crontab = isReady && takes(wishes) ? await takeLines(ground.door, wishes) : null;
  const status = crontab === null ? before : await readStatus(ground.door);
  const document = {
    changed: true,
    user: ground.user,
    home: ground.home,
    service: service === null ? null : serviceDocument(service),
    crontab,
    status,
  };
  const view = plainView(call.host, call.globals.verbose, call.globals.home);
  const done = { service, crontab, status, leftLines: isReady ? 0 : wishes.lines.length };
  await print(call, document, presentSetup(done, view));
  return status.readiness.willRun ? 0 : nothingWillRun;
}

const install = (call: Call, { scope, user }: SetupGround): Promise<ServiceOutcome> =>
  call.host.service(
    {
      profile: call.globals.profile,
      home: call.globals.home,
      verb: 'install',
      role: 'runner',
      scope,
      runAs: scope === 'system' ? user : null,
      isTimer: false,
      schedules: true,
      port: null,
      isDryRun: false,
      appoints: false,
      reason: null,
    },
    (line) => tell(call, [line]),
  );
