import type { z } from 'zod';
import { portOf, tunnelLine } from '../../../core/tunnel.ts';
import {
  accessAddOutput,
  accessLinkOutput,
  accessListOutput,
  accessRevokeOutput,
} from '../../../operations/access-answers.ts';
import { requestsListOutput } from '../../../operations/outputs.ts';
import { answering, ask, inSession, print } from '../call.ts';
import {
  presentCredentials,
  presentLink,
  presentRequests,
  presentToken,
  revoked,
} from '../present/access.ts';
import type { Action, Call } from '../spec.ts';

type Link = z.output<typeof accessLinkOutput>;

/** Over SSH the dashboard is on the other machine: the line that leads to it is printed too. */
function tunnelsOf({ addresses }: Link, { host }: Call): readonly string[] {
  const user = host.env['USER'] ?? host.env['LOGNAME'] ?? '';
  const lines = addresses.map((address) => {
    const port = portOf(address);
    return port === null ? null : tunnelLine(host.env['SSH_CONNECTION'], user, port);
  });
  return lines.filter((line) => line !== null);
}

export const link: Action = (call) =>
  inSession(call, async (session) => {
    const { document, answer } = await ask(session, 'access.link', call.input, accessLinkOutput);
    await print(call, document, presentLink(answer, tunnelsOf(answer, call), session.view));
    return 0;
  });

export const tokenAdd = answering(accessAddOutput, presentToken);

export const tokenList = answering(accessListOutput, presentCredentials);

export const tokenRevoke = answering(accessRevokeOutput, revoked);

export const ownerRequests = answering(requestsListOutput, presentRequests);
