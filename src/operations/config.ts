import { nearestNames } from '../core/near-names.ts';
import { command, Refusal } from '../core/refusal.ts';
import type { Setting, Settings } from '../ports/settings.ts';
import { configGetInput, configSetInput, nothingInput } from './inputs.ts';
import { operation } from './operation.ts';
import { configGetOutput, configListOutput, configPathOutput } from './outputs.ts';

export const configList = operation({
  name: 'config.list',
  summary: 'List settings',
  input: nothingInput,
  output: configListOutput,
  scope: 'read',
  async handle({ settings }) {
    return { path: settings.path, settings: [...(await settings.list())] };
  },
});

export const configGet = operation({
  name: 'config.get',
  summary: 'Show one setting',
  input: configGetInput,
  output: configGetOutput,
  scope: 'read',
  async handle({ settings }, { name }) {
    return { setting: await settingNamed(settings, name) };
  },
});

export const configSet = operation({
  name: 'config.set',
  summary: 'Change one setting',
  input: configSetInput,
  output: configGetOutput,
  scope: 'admin',
  async handle({ settings, store, profile, actor, clock }, { name, value }) {
    const before = await settingNamed(settings, name);
    const setting = await settings.set(name, value);
    await store.audit.append({
      profile,
      at: clock.now().wall,
      actor,
      kind: 'setting.changed',
      subject: name,
      detail: { before: before.value, after: setting.value },
    });
    return { setting };
  },
});

export const configPath = operation({
  name: 'config.path',
  summary: 'Show where settings are kept',
  input: nothingInput,
  output: configPathOutput,
  scope: 'read',
  handle: async ({ settings }) => ({ path: settings.path }),
});

async function settingNamed(settings: Settings, name: string): Promise<Setting> {
  const setting = await settings.find(name);
  if (setting !== null) return setting;
  const all = await settings.list();
  const near = nearestNames(
    name,
    all.map((one) => one.name),
  );
  const question = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  throw new Refusal('setting_unknown', `There is no setting "${name}".${question}`, {
    kind: 'usage',
    remedy: command('cronkeeper config list'),
    details: { near },
  });
}
