import type { CronWords, InstantReader } from '../core/natural-language.ts';

/** The libraries that understand and speak human language, loaded when first needed. */
export type Language = {
  instantReader(): Promise<InstantReader>;
  cronWords(): Promise<CronWords>;
};
