import { makeAskProgram } from '../adapters/secrets/programs.ts';
import { makeSecretKeeper } from '../adapters/secrets/secrets.ts';
import type { SecretKeeper } from '../ports/secrets.ts';
import type { Base } from './base.ts';
import { readConfig } from './settings.ts';

/** The secrets of a home. Their sources are read anew each time: who mends one does not want to restart the owner. */
export const secretKeeperOf = ({
  home,
  config,
  clock,
}: Pick<Base, 'home' | 'config' | 'clock'>): SecretKeeper =>
  makeSecretKeeper({
    folder: home.secrets,
    sources: () => readConfig(config.path).secrets,
    ask: makeAskProgram({ own: process.env, clock }),
    platform: process.platform,
  });
