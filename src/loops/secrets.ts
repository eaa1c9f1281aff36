import { fillSecrets, secretMissing, secretsIn } from '../core/secret.ts';
import type { StartOrder } from '../ports/executor.ts';
import type { World } from './world.ts';

/** An order as it is carried out, or why it cannot be. */
type Filled =
  | { readonly kind: 'filled'; readonly order: StartOrder }
  | { readonly kind: 'missing'; readonly message: string };

/**
 * Puts values in place of the references of an order's environment, just before its start and for it alone. An order without a
 * reference is left as it is and asks nobody.
 */
export async function fillOrder(
  { secrets }: Pick<World, 'secrets'>,
  order: StartOrder,
): Promise<Filled> {
  const names = secretsIn(Object.values(order.env));
  if (names.length === 0) return { kind: 'filled', order };
  const found = await secrets.resolve(names);
  if (found.kind === 'missing') return { kind: 'missing', message: secretMissing(found) };
  const values = new Map(found.values.map(({ name, value }) => [name, value]));
  const env = fillSecrets(order.env, values);
  return { kind: 'filled', order: { ...order, env, hidden: found.values } };
}

/** Why a start would be refused now for want of a secret; null when it would not. */
export async function whyNoSecret(
  { secrets }: Pick<World, 'secrets'>,
  name: string,
): Promise<string | null> {
  const found = await secrets.resolve([name]);
  return found.kind === 'missing' ? secretMissing(found) : null;
}
