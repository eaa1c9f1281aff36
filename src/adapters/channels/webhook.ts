import { createHmac } from 'node:crypto';
import { hostOf } from '../../core/address.ts';
import { type Instant, toIso } from '../../core/instant.ts';
import type { Letter } from '../../ports/channels.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ready, Requester } from './request.ts';
import type { Secrets } from './secrets.ts';

const isoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at));

/** What a webhook gets. Adding a field is free; changing one needs a decision record. */
function bodyOf(letter: Letter): string {
  const { id, kind, event, createdAt, profile, job, run, title, text, isCut } = letter;
  return JSON.stringify({
    id,
    kind,
    event,
    createdAt: toIso(createdAt),
    profile,
    job,
    run:
      run === null
        ? null
        : { ...run, startedAt: isoOrNull(run.startedAt), endedAt: isoOrNull(run.endedAt) },
    title,
    text,
    isCut,
  });
}

/** A key that is written as `whsec_BASE64` stands for its bytes; any other for its letters. */
function keyBytes(key: string): Buffer {
  const prefix = 'whsec_';
  return key.startsWith(prefix)
    ? Buffer.from(key.slice(prefix.length), 'base64')
    : Buffer.from(key);
}

/**
 * Makes ready to post a letter as JSON, signed as https://www.standardwebhooks.com describes it: who has the key knows that it is from here, whole and
 * new; the id is the same at every try.
 */
export function readyWebhook(
  around: { readonly request: Requester; readonly secrets: Secrets; readonly clock: Clock },
  url: string,
  letter: Letter,
): Ready {
  const body = bodyOf(letter);
  const timestamp = String(Math.floor(around.clock.now().wall / 1_000));
  const key = around.secrets.webhookKey(hostOf(new URL(url)));
  const signature = createHmac('sha256', keyBytes(key))
    .update(`${letter.id}.${timestamp}.${body}`)
    .digest('base64');
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'cronkeeper',
    'idempotency-key': letter.id,
    'webhook-id': letter.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
  return around.request({ url, method: 'POST', headers, body });
}
