import type { z } from 'zod';
import type { remedySchema } from '../src/operations/answers.ts';

export type Remedy = z.output<typeof remedySchema>;

/** An answer "no", as the door tells it. `status` is 0 when there was no answer at all. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly remedy: Remedy | null;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    told: {
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly remedy?: Remedy | null;
      readonly details?: Readonly<Record<string, unknown>>;
    },
    options?: ErrorOptions,
  ) {
    super(told.message, options);
    this.status = told.status;
    this.code = told.code;
    this.remedy = told.remedy ?? null;
    this.details = told.details ?? {};
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Question = {
  readonly method: Method;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  /** The same for every try of one wish, so that the door carries it out once. */
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

export const base = '/api/v1';

/** Asks the door. @throws Problem */
export async function ask<Answer>(question: Question): Promise<Answer> {
  const response = await send(question);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return Object.create(null);
  return response.json();
}

async function send({ method, path, query, body, key, signal }: Question): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (key !== undefined) headers['idempotency-key'] = key;
  try {
    return await fetch(`${base}${path}${queryText(query)}`, {
      method,
      headers,
      credentials: 'same-origin',
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new Problem(
      {
        status: 0,
        code: 'unreachable',
        message:
          method === 'GET'
            ? 'The dashboard does not answer.'
            : 'The dashboard did not answer. Whether this was done is not known; asking again is safe.',
        remedy: { kind: 'command', text: 'cronkeeper dashboard' },
      },
      { cause },
    );
  }
}

export function queryText(query: Readonly<Record<string, unknown>> = {}): string {
  const said = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === false ? [] : [[name, String(value)]],
  );
  return said.length === 0 ? '' : `?${new URLSearchParams(said)}`;
}

type ProblemDocument = {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly remedy?: Remedy | null;
  readonly details?: Readonly<Record<string, unknown>>;
};

async function problemOf(response: Response): Promise<Problem> {
  const { status, statusText } = response;
  // A proxy in between answers in its own words.
  const told: ProblemDocument = await response.json().catch(() => ({}));
  return new Problem({
    status,
    code: told.code ?? `http_${status}`,
    message: told.detail ?? told.title ?? `The dashboard answered ${status} ${statusText}.`,
    remedy: told.remedy ?? null,
    details: told.details ?? {},
  });
}

/** A name for one wish. Made by hand: `randomUUID` is missing where a proxy serves the page without TLS. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
