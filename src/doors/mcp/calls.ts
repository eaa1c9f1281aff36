import { judgeAccess, type Scope } from '../../core/access.ts';
import { advice, Refusal } from '../../core/refusal.ts';
import { storeRemedy } from '../../core/store-remedy.ts';
import { heldTo } from '../../operations/held-to.ts';
import type { OperationContext } from '../../operations/operation.ts';
import type { Log } from '../../ports/log.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { documentOf } from './answer.ts';
import { type Tool, toolsFor } from './tools.ts';
import { refusalWords } from './words.ts';

/** Who asks, as far as this door needs to know. */
export type Asker = {
  readonly context: OperationContext;
  readonly scope: Scope;
  /** Null: every profile of the home. */
  readonly profiles: readonly string[] | null;
  readonly log: Log;
};

type Fields = Readonly<Record<string, unknown>>;

type Text = { type: 'text'; text: string };

export type CallResult = {
  content: Text[];
  structuredContent: Record<string, unknown>;
  isError?: boolean;
};

const textOf = (text: string): Text => ({ type: 'text', text });

/** Asks one operation. Whatever goes wrong is a result that says what to do now. */
export async function call(asker: Asker, name: string, fields: Fields): Promise<CallResult> {
  try {
    const tool = toolOf(asker, name);
    refuseOtherProfiles(asker, fields);
    const input = heldTo(tool.operation.input, fields);
    const answer = await tool.operation.handle(asker.context, input);
    const document = await documentOf(asker.context, answer);
    return { content: [textOf(JSON.stringify(document))], structuredContent: document };
  } catch (error) {
    return refused(refusalOf(error, name, asker.log));
  }
}

function toolOf({ scope }: Asker, name: string): Tool {
  const tool = toolsFor(scope).find((one) => one.name === name);
  if (tool !== undefined) return tool;
  const known = toolsFor('admin').find((one) => one.name === name);
  throw known === undefined
    ? new Refusal('not_found', `There is no tool "${name.slice(0, 80)}".`, {
        kind: 'usage',
        remedy: advice('Ask tools/list which there are.'),
      })
    : new Refusal(
        'scope_missing',
        `"${name}" needs the scope "${known.operation.scope}"; this asker may "${scope}" only.`,
        { details: { scope: known.operation.scope } },
      );
}

/** Every profile at once is for those who may ask about every profile. */
function refuseOtherProfiles({ scope, profiles, context }: Asker, fields: Fields): void {
  const where = fields['allProfiles'] === true ? 'home' : { profile: context.profile };
  if (judgeAccess({ scope, profiles }, { scope: 'read', where }) === 'granted') return;
  throw new Refusal(
    'scope_missing',
    `This asker is for ${(profiles ?? []).map((one) => `"${one}"`).join(', ')} only.`,
    { details: { profile: context.profile } },
  );
}

/** The same document as with `--json` on the command line; in words too, because some clients show only those of an error. */
function refused(refusal: Refusal): CallResult {
  const { code, message, remedy, details } = refusal;
  const structuredContent = { error: { code, message, remedy, details } };
  const content = [refusalWords(refusal), JSON.stringify(structuredContent)].map(textOf);
  return { content, structuredContent, isError: true };
}

/** A bug is told in the log, and only that there was one to whoever asked. */
export function refusalOf(error: unknown, asked: string, log: Log): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreUnavailable) {
    const { code, message } = error;
    return new Refusal(code, message, { kind: 'failed', remedy: storeRemedy(code), cause: error });
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error('tool_failed', { asked: asked.slice(0, 80), error: told });
  const message = 'It failed in a way that nobody foresaw; the log says more.';
  return new Refusal('unforeseen', message, { kind: 'failed' });
}
