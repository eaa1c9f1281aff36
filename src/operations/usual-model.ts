import type { OperationContext } from './operation.ts';
import { isNone } from './values.ts';

/** The model that the settings name for whoever names none; null when they name none either. */
export async function usualModel({
  settings,
}: Pick<OperationContext, 'settings'>): Promise<string | null> {
  const value = (await settings.find('model'))?.value ?? null;
  return value === null || isNone(value) ? null : String(value);
}
