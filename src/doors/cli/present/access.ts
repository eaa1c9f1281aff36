import type { z } from 'zod';
import type {
  accessAddOutput,
  accessLinkOutput,
  accessListOutput,
  accessRevokeOutput,
} from '../../../operations/access-answers.ts';
import type { requestsListOutput } from '../../../operations/outputs.ts';
import { escapeLine } from './escape.ts';
import { renderTable } from './table.ts';
import { absoluteTime, instantOf } from './time.ts';
import { lines, type Presented, plain, type View } from './view.ts';

type Credential = z.output<typeof accessListOutput>['credentials'][number];

/** @param tunnels lines to type on the machine that the browser is on, when this terminal is reached over SSH */
export function presentLink(
  { links, expiresAt }: z.output<typeof accessLinkOutput>,
  tunnels: readonly string[],
  view: View,
): Presented {
  const until = absoluteTime(instantOf(expiresAt), view);
  return plain(
    lines(
      ...links.map(escapeLine),
      `Lets one browser in, once, until ${until}. Open it on this machine${tunnels.length === 0 ? '.' : ', or from yours through a tunnel:'}`,
      ...tunnels.map((tunnel) => `  ${tunnel}`),
    ),
  );
}

const placesOf = ({ profiles }: Pick<Credential, 'profiles'>): string =>
  profiles === null ? 'all' : profiles.join(', ');

export function presentToken(answer: z.output<typeof accessAddOutput>, view: View): Presented {
  const { name, scope, expiresAt, token } = answer;
  const until =
    expiresAt === null
      ? 'until it is revoked'
      : `until ${absoluteTime(instantOf(expiresAt), view)}`;
  return plain(
    lines(
      token,
      `The token "${escapeLine(name)}" may ${scope} in ${escapeLine(placesOf(answer))}, ${until}. It is shown this once.`,
    ),
  );
}

export function presentCredentials(
  { credentials }: z.output<typeof accessListOutput>,
  view: View,
): Presented {
  if (credentials.length === 0) return plain(lines('Nobody may come in.'));
  const timeOf = (iso: string | null, none: string): string =>
    iso === null ? none : absoluteTime(instantOf(iso), view);
  return plain(
    renderTable(
      [
        { title: 'NAME', least: 8 },
        { title: 'SCOPE' },
        { title: 'PROFILES', least: 8, spare: 1 },
        { title: 'LAST USED' },
        { title: 'UNTIL', spare: 2 },
        { title: 'MADE BY', least: 6, spare: 3 },
        { title: 'ID' },
      ],
      credentials.map((credential) => [
        credential.kind === 'session' ? 'a browser' : credential.name,
        credential.scope,
        placesOf(credential),
        timeOf(credential.usedAt, 'never'),
        timeOf(credential.expiresAt, 'no end'),
        credential.createdBy,
        credential.id,
      ]),
      view,
    ),
  );
}

export const revoked = ({ revoked: one }: z.output<typeof accessRevokeOutput>): Presented =>
  plain(
    lines(`"${escapeLine(one.kind === 'session' ? 'a browser' : one.name)}" is let in no longer`),
  );

export function presentRequests(
  { requests }: z.output<typeof requestsListOutput>,
  view: View,
): Presented {
  if (requests.length === 0) return plain(lines('No request waits for the owner.'));
  return plain(
    renderTable(
      [
        { title: 'REQUEST' },
        { title: 'JOB', least: 8 },
        { title: 'BY', least: 6, spare: 1 },
        { title: 'SINCE' },
        { title: 'UNTIL', spare: 2 },
        { title: 'RECEIPT' },
      ],
      requests.map((request) => [
        request.kind,
        request.job?.name ?? request.runId ?? '',
        request.actor,
        absoluteTime(instantOf(request.createdAt), view),
        absoluteTime(instantOf(request.expiresAt), view),
        request.receipt,
      ]),
      view,
    ),
  );
}
