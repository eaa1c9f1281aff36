import { hostOf } from '../../core/address.ts';
import type { Letter } from '../../ports/channels.ts';
import type { Ready, Requester } from './request.ts';
import type { Secrets } from './secrets.ts';

/** What servers take as a message; more becomes an attachment there. */
const mostBytes = 3_900;

/** The beginning of a text, in whole letters. */
function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  return `${bytes
    .subarray(0, mostBytes)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}

/** Makes ready to publish a letter to a topic. The title goes with the address, because headers hold no other letters than those of English. */
export function readyNtfy(
  around: { readonly request: Requester; readonly secrets: Secrets },
  address: string,
  letter: Letter,
): Ready {
  const url = new URL(address);
  const isGood = letter.event === 'recovered' || letter.event === 'owner_present';
  url.searchParams.set('title', letter.title.slice(0, 200));
  if (letter.kind === 'alert') {
    url.searchParams.set('tags', isGood ? 'white_check_mark' : 'warning');
    if (!isGood) url.searchParams.set('priority', 'high');
  }
  const token = around.secrets.find('ntfy', hostOf(url));
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'user-agent': 'cronkeeper',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const body = shortened(letter.text === '' ? letter.title : letter.text);
  return around.request({ url: url.href, method: 'POST', headers, body });
}
