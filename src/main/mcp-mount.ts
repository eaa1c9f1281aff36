import type { HttpDoorOptions } from '../doors/http/server.ts';
import type { McpOverHttp } from '../doors/mcp/server.ts';

/** The door for agents behind the door over HTTP. It is loaded when the first agent comes: most dashboards never see one. */
export function mountMcp(
  version: string,
  { contextFor, log }: Pick<HttpDoorOptions, 'contextFor' | 'log'>,
): NonNullable<HttpDoorOptions['mcp']> {
  let opened: Promise<McpOverHttp> | null = null;
  const open = async (): Promise<McpOverHttp> =>
    (await import('../doors/mcp/server.ts')).openMcpOverHttp(version);
  return {
    answer: async (request, { caller, profile }) => {
      opened ??= open();
      const { name, scope, profiles } = caller;
      const context = contextFor(profile, `mcp:${name}`);
      return (await opened).answer(request, { context, scope, profiles, log });
    },
    close: async () => {
      await (await opened)?.close();
    },
  };
}
