import { modelEnvironment } from '../core/model-setting.ts';
import { Refusal } from '../core/refusal.ts';
import { fillSecrets, secretMissing, secretsIn } from '../core/secret.ts';
import { modelNote } from '../operations/chat-assistant.ts';
import { usualModel } from '../operations/usual-model.ts';
import type { ModelAssistants } from '../ports/assistant.ts';
import type { Base } from './base.ts';
import { secretKeeperOf } from './secrets.ts';
import { makeSettings, readConfig } from './settings.ts';

/** The model of the settings, read anew for each turn. Who has none loads nothing of it. */
export const assistantsOf = (base: Base): ModelAssistants => ({
  async open(tell) {
    const { path } = base.config;
    const model = await usualModel({ settings: makeSettings(path) });
    if (model === null) return null;
    const named = modelEnvironment(model, readConfig(path).models);
    if (named.kind === 'unusable') throw new Refusal(named.reason, named.message);
    const found = await secretKeeperOf(base).resolve(secretsIn(Object.values(named.names)));
    if (found.kind === 'missing') throw new Refusal('secret_missing', secretMissing(found));
    const values = new Map(found.values.map(({ name, value }) => [name, value]));
    const { modelAssistant } = await import('../adapters/agents/chat.ts');
    const { clock } = base;
    return modelAssistant(model, fillSecrets(named.names, values), {
      ...(await tell()),
      note: modelNote,
      sleep: (ms, signal) => clock.sleep(ms, signal),
    });
  },
});
