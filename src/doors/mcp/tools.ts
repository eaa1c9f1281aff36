import { z } from 'zod';
import { includesScope, type Scope } from '../../core/access.ts';
import { type OperationName, operations } from '../../operations/list.ts';
import type { Operation } from '../../operations/operation.ts';

type AnyOperation = Operation<z.ZodType, z.ZodType>;
type ObjectSchema = { readonly type: 'object' } & Readonly<Record<string, unknown>>;

/**
 * An operation as an agent sees it. The schema of its answer is not listed: all of them are fifteen times as large as everything else, and
 * clients hand the list to their model.
 */
export type Tool = {
  readonly name: string;
  readonly operation: AnyOperation;
  readonly listed: {
    readonly name: string;
    readonly description: string;
    readonly inputSchema: ObjectSchema;
    readonly annotations: { readonly readOnlyHint: boolean; readonly openWorldHint: false };
  };
};

const ofTheHome = 'concerns the home as a whole; an agent asks about the jobs of a profile';

/** What an agent may not ask although its scope would let it, and why. What needs `admin` is never for agents. */
export const notForAgents: Partial<Readonly<Record<OperationName, string>>> = {
  'config.list': ofTheHome,
  'config.get': ofTheHome,
  'config.path': ofTheHome,
  'profiles.list': ofTheHome,
  'secrets.list': ofTheHome,
  'secrets.check': ofTheHome,
  'chat.say': 'is how people talk to the simple assistant; an agent asks the operations themselves',
  'chat.read': 'shows what a person said',
  'service.plan': 'shows what a person types to install a service',
};

/** The rule: an operation is a tool unless it needs `admin` or is listed above. */
export const isForAgents = ({
  name,
  scope,
}: {
  readonly name: OperationName;
  readonly scope: Scope;
}) => scope !== 'admin' && notForAgents[name] === undefined;

/** Some clients accept letters, digits, `_` and `-` only. Names have one dot at most, so none can meet another. */
export const toolName = (name: string): string => name.replace('.', '_');

let made: readonly Tool[] | null = null;

/** Every tool there is. Made once, at the first question: schemas take some time. */
export function allTools(): readonly Tool[] {
  made ??= operations.filter(isForAgents).map(toolOf);
  return made;
}

const toolOf = (operation: AnyOperation): Tool => {
  const name = toolName(operation.name);
  return {
    name,
    operation,
    listed: {
      name,
      description: operation.summary,
      inputSchema: { ...z.toJSONSchema(operation.input, { io: 'input' }), type: 'object' },
      annotations: { readOnlyHint: operation.scope === 'read', openWorldHint: false },
    },
  };
};

export const toolsFor = (scope: Scope): readonly Tool[] =>
  allTools().filter(({ operation }) => includesScope(scope, operation.scope));
