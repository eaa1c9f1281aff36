/** The program: the command line, and the processes that it can become. */
import manifest from '../../package.json' with { type: 'json' };
import { runCli } from '../doors/cli/cli.ts';
import { makeCliHost } from './cli-host.ts';

/** What lives longer than its command line ends by itself, when nothing of it is left to be written or waited for. */
let isLong = false;

const host = makeCliHost(manifest.version, {
  runProcess: async (kind, options) => {
    isLong = true;
    const { runProcess } = await import('./process.ts');
    return runProcess(host, kind, options);
  },
  runDashboard: async (options) => {
    isLong = true;
    const { runDashboard } = await import('./dashboard.ts');
    return runDashboard(host, options);
  },
  runMcp: async (options) => {
    isLong = true;
    const { runMcp } = await import('./mcp.ts');
    return runMcp(host, options);
  },
  restore: async (request) => {
    const { restoreBackup } = await import('./restore.ts');
    return restoreBackup(request);
  },
  service: async (request, tell) => {
    const { runService } = await import('./service.ts');
    return runService(host, request, tell);
  },
  openSetup: async (request) => {
    const { openSetup } = await import('./setup.ts');
    return openSetup(host, request);
  },
  serviceLogs: async function* (request) {
    const { readServiceLogs } = await import('./service.ts');
    yield* readServiceLogs(host, request);
  },
  serviceRecords: async (place, request) => {
    const { changeRecords } = await import('./service-records.ts');
    return changeRecords(place, request);
  },
});

void runCli(process.argv.slice(2), host).then((code) => {
  process.exitCode = code;
  // All was said and closed: to take Node apart would take a tenth of the time of a short command.
  if (!isLong) process.exit();
});
