import type { InstantReader } from '../core/schedule-text.ts';
import type { CronWords } from '../core/schedule-words.ts';

/** The libraries that understand and speak human language, loaded when first needed. */
export type Language = {
  instantReader(): Promise<InstantReader>;
  cronWords(): Promise<CronWords>;
};
