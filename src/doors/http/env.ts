import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { Credential } from '../../core/access.ts';
import type { OperationContext } from '../../operations/operation.ts';
import type { Log } from '../../ports/log.ts';
import type { Reception } from './reception.ts';
import type { Tally } from './tally.ts';

/** What every handler knows: the connection, and who asks. */
export type Env = { Bindings: HttpBindings; Variables: { caller: Credential } };

export type Asker = Context<Env>;

export type Routes = Hono<Env>;

/** Another door behind this one: it is handed who asks, and the profile that the request names. */
export type McpMount = {
  answer(
    request: Request,
    who: { readonly caller: Credential; readonly profile: string },
  ): Promise<Response>;
  close(): Promise<void>;
};

export type AppOptions = {
  readonly profile: string;
  readonly port: number;
  /** Whether browsers reach the door through TLS. */
  readonly isSecure: boolean;
  readonly reception: Reception;
  readonly tally: Tally;
  contextFor(profile: string, actor: string): OperationContext;
  readonly pageFolder: string | null;
  /** Answers agents at `/mcp`; null where none are answered. The caller has been let in with a token. */
  readonly mcp: McpMount | null;
  readonly tunnelFor: ((port: number) => string | null) | null;
  readonly log: Log;
};
