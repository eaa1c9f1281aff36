import { StreamRedactor, textRedactor } from '../../core/redaction.ts';
import type { Hidden } from '../../core/secret.ts';
import type { NetworkHead } from '../../ports/network.ts';
import type { WorkWorld } from '../../ports/work.ts';

/** Headers of an answer that a person wants to see. */
const shown = [
  'content-type',
  'content-encoding',
  'location',
  'retry-after',
  'etag',
  'last-modified',
  'x-request-id',
];

/** What a person reads of a run. A server may send back what it was sent: values of secrets are taken out of all of it. */
export type Output = {
  /** @param target the address as it is written in the job, or as a redirect names it */
  head(method: string, target: string, head: NetworkHead): void;
  body(piece: Uint8Array): void;
  /** What remains of the body, and a remark of ours. */
  end(remark: string | null): void;
  clean(text: string): string;
};

export function makeOutput({ write, env }: WorkWorld): Output {
  const hidden = hiddenIn(env);
  const clean = textRedactor(hidden);
  const redactor = new StreamRedactor(hidden);
  const decoder = new TextDecoder();
  const say = (text: string): void => {
    if (text !== '') write(text);
  };
  return {
    head(method, target, { status, words, headers }) {
      const lines = shown.flatMap((name) => {
        const value = headers[name];
        return value === undefined ? [] : [`${name}: ${value}`];
      });
      say(
        clean([`${method} ${target}: ${`${status} ${words}`.trim()}`, ...lines, '', ''].join('\n')),
      );
    },
    body: (piece) => say(decoder.decode(redactor.push(piece), { stream: true })),
    end(remark) {
      say(decoder.decode(redactor.end()));
      if (remark !== null) say(`\n[${clean(remark)}]\n`);
    },
    clean,
  };
}

const hiddenIn = (env: WorkWorld['env']): readonly Hidden[] =>
  Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('CRONKEEPER_SECRET_') ? [{ name, value }] : [],
  );
