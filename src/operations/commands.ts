import { command, profileOption, type Remedy } from '../core/refusal.ts';

/** A command line of ours for this profile, as it can be typed. */
export const commandIn = (profile: string, words: string): Remedy =>
  command(`cronkeeper ${words}${profileOption(profile)}`);
