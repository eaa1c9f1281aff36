import type { Action } from '../core/job.ts';
import { loadingAside } from '../core/loaded-by.ts';
import { modelEnvironment } from '../core/model-setting.ts';
import type { ReasonCode } from '../core/refusal.ts';
import { byVariables, fillSecrets, secretMissing, secretsIn } from '../core/secret.ts';
import type { StartOrder } from '../ports/executor.ts';
import type { World } from './world.ts';

/** An order as it is carried out, or why it cannot be. */
type Filled =
  | { readonly kind: 'filled'; readonly order: StartOrder }
  | { readonly kind: 'refused'; readonly reason: ReasonCode; readonly message: string };

/**
 * Puts values in place of the references of an order, just before its start and for it alone: into its environment, never into its
 * arguments or its work. An order without a reference asks nobody.
 */
export async function fillOrder(
  world: Pick<World, 'secrets' | 'models'>,
  order: StartOrder,
  action: Action,
): Promise<Filled> {
  const named = withReferences(world, order, action);
  if (named.kind === 'refused') return named;
  const names = secretsIn(Object.values(named.order.env));
  if (names.length === 0) return named;
  const found = await world.secrets.resolve(names);
  if (found.kind === 'missing')
    return { kind: 'refused', reason: 'secret_missing', message: secretMissing(found) };
  const values = new Map(found.values.map(({ name, value }) => [name, value]));
  const env = fillSecrets(named.order.env, values);
  return { kind: 'filled', order: { ...named.order, env, hidden: found.values } };
}

/** The order with every reference of its work in its environment, still without a value. A worker of ours is loaded by no name of the job's. */
function withReferences(
  { models }: Pick<World, 'models'>,
  order: StartOrder,
  action: Action,
): Filled {
  if (action.kind === 'command') return { kind: 'filled', order };
  const env = loadingAside(order.env);
  if (action.kind === 'http') {
    const { work, variables } = byVariables(action);
    const given = { ...order, env: { ...env, ...variables }, work: JSON.stringify(work) };
    return { kind: 'filled', order: given };
  }
  // An agent that people brought along knows its own models.
  if (action.agent !== 'built-in') return { kind: 'filled', order: { ...order, env } };
  const model = modelEnvironment(action.model, models());
  return model.kind === 'unusable'
    ? { kind: 'refused', reason: model.reason, message: model.message }
    : { kind: 'filled', order: { ...order, env: { ...env, ...model.names } } };
}

/** Why a start would be refused now for want of what it refers to; null when it would not. Nothing is asked of a model. */
export async function whyNotFilled(
  world: Pick<World, 'secrets' | 'models'>,
  order: StartOrder,
  action: Action,
): Promise<Omit<Extract<Filled, { kind: 'refused' }>, 'kind'> | null> {
  const filled = await fillOrder(world, order, action);
  return filled.kind === 'filled' ? null : { reason: filled.reason, message: filled.message };
}
