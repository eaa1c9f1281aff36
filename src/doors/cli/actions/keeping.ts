import { command, Refusal } from '../../../core/refusal.ts';
import {
  applyOutput,
  backupOutput,
  configGetOutput,
  configListOutput,
  configPathOutput,
  exportOutput,
  importOutput,
  profilesAddOutput,
  profilesListOutput,
  profilesRemoveOutput,
} from '../../../operations/outputs.ts';
import { answering, isSet, optionOf, print, textOf } from '../call.ts';
import { escapeLine } from '../present/escape.ts';
import {
  presentExport,
  presentImport,
  presentPlan,
  presentProfiles,
  presentSetting,
  presentSettings,
  profileAdded,
} from '../present/upkeep.ts';
import { lines, plain } from '../present/view.ts';
import type { Action, Call } from '../spec.ts';

export const profileList = answering(profilesListOutput, presentProfiles);

export const profileAdd = answering(profilesAddOutput, ({ name, created }) =>
  profileAdded(name, created),
);

export const profileRemove = answering(profilesRemoveOutput, ({ name }) =>
  plain(lines(`Removed profile ${escapeLine(name)}`)),
);

export const profileUse: Action = async (call) => {
  const { host, globals, own } = call;
  const name = textOf(own, 'name') ?? '';
  await host.useProfile(globals, name);
  const said = plain(
    lines(`From now on "${escapeLine(name)}" is meant where no profile is named.`),
  );
  await print(call, { name }, said);
  return 0;
};

export const configList = answering(configListOutput, presentSettings);

/** To show one and to change one answer the same. */
export const setting = answering(configGetOutput, presentSetting);

export const configPath = answering(configPathOutput, ({ path }) => plain(lines(path)));

const whys: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is not a folder'],
  ['EACCES', 'this user may not read it'],
  ['ENAMETOOLONG', 'its name is too long'],
]);

async function readFile(host: Call['host'], path: string): Promise<string> {
  try {
    return await host.readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
    // biome-ignore lint/style/useErrorCause: a Refusal takes its cause among its options
    throw new Refusal('usage', `The file ${shown} cannot be read: ${whys.get(code) ?? code}.`, {
      kind: 'usage',
      remedy: { kind: 'advice', text: 'Name a file that exists, or - for standard input.' },
      cause,
    });
  }
}

/** The text of the file that was named, or of standard input. */
async function readNamed({ host, own, spec, globals }: Call): Promise<string> {
  const file = textOf(own, 'file');
  if (file === '-' || (file === null && !host.stdinIsTty)) return host.readStdin();
  if (file !== null) return readFile(host, host.absolute(file));
  throw spec.operation === 'import.crontab'
    ? whichCrontab(optionOf(globals))
    : whichFile(spec.path.join(' '));
}

const whichFile = (verb: string): Refusal =>
  new Refusal('usage', 'Which file?', {
    kind: 'usage',
    remedy: { kind: 'command', text: `cronkeeper ${verb} --help` },
  });

const whichCrontab = (option: string): Refusal =>
  new Refusal('usage', 'Which crontab?', {
    kind: 'usage',
    remedy: {
      kind: 'advice',
      text: [
        'Your own, whose lines then leave it, or as it stands, or a file:',
        '',
        `  cronkeeper import crontab --take-over${option}`,
        `  crontab -l | cronkeeper import crontab -${option}`,
        `  cronkeeper import crontab FILE${option}`,
      ].join('\n'),
    },
  });

export const apply = answering(applyOutput, presentPlan, {
  fill: async (session) => ({ ...session.input, file: await readNamed(session) }),
  isLoud: true,
});

const importText = answering(importOutput, presentImport, {
  fill: async (session) => ({ ...session.input, text: await readNamed(session) }),
  isLoud: true,
});

/** Of a text that somebody names; or of the crontab itself, which then lets go of its lines. */
export const importCrontab: Action = async (call) => {
  const { own, input } = call;
  if (!isSet(own, 'takeOver')) return importText(call);
  if (textOf(own, 'file') !== null || isSet(input, 'userColumn'))
    throw new Refusal('usage', '--take-over takes your own crontab, and nothing else beside it.', {
      kind: 'usage',
      remedy: command(`cronkeeper import crontab --take-over${optionOf(call.globals)}`),
    });
  const { takeOver } = await import('./take-over.ts');
  return takeOver(call);
};

export const exportJobs = answering(exportOutput, presentExport);

export const backup = answering(
  backupOutput,
  ({ path }) => plain(lines(`Copied to ${escapeLine(path)}`)),
  { fill: ({ host, input }) => ({ path: host.absolute(textOf(input, 'path') ?? '') }) },
);

export const restore: Action = async (call) => {
  const { host, globals, own } = call;
  const file = host.absolute(textOf(own, 'file') ?? '');
  const done = await host.restore({ home: globals.home, file, force: isSet(own, 'force') });
  await print(call, done, plain(lines(escapeLine(done.message))));
  return 0;
};
