import { makeLog } from '../adapters/host/log.ts';
import type { CliHost, McpOptions } from '../doors/cli/host.ts';
import { serveMcpOverStreams } from '../doors/mcp/server.ts';
import { openBase } from './base.ts';
import { contextOf, profileOf } from './context.ts';

/** Answers one agent over standard input and output until it goes or a signal comes; answers the exit code. */
export async function runMcp(host: CliHost, options: McpOptions): Promise<number> {
  const base = await openBase(options.home ?? undefined);
  try {
    const profile = profileOf(base, options.profile, host.env);
    await base.store.profiles.ensure('default', base.clock.now().wall, 'cli');
    const context = contextOf(base, profile);
    // Standard output is the protocol's alone, and most clients show what stands on standard error as a failure.
    const log = makeLog({
      folder: base.home.logs,
      role: 'mcp',
      wall: () => base.clock.now().wall,
    });
    await serveMcpOverStreams({
      version: base.version,
      input: process.stdin,
      output: process.stdout,
      signal: host.signal,
      askerFor: (client) => ({
        context: {
          ...context,
          actor: `mcp:${client}`,
          // Whoever speaks this protocol is an agent, inside a run or not.
          maker: { kind: 'agent', name: `mcp:${client}`, run: context.maker.run },
        },
        scope: options.scope,
        profiles: options.profile === null ? null : [profile],
        log,
      }),
    });
    process.stdin.destroy();
    return 0;
  } finally {
    await base.close();
  }
}
