/**
 * The rules of the house as tables. A place is a path that ends in `/` (everything below it) or one file.
 * To widen a rule, add the narrowest place that serves, and its reason.
 */

/** Which floors a floor may import, besides itself. `adapters/*` and `doors/*` never see a sibling. */
export const floors: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  operations: ['core', 'ports'],
  loops: ['core', 'ports'],
  'adapters/*': ['core', 'ports'],
  'doors/*': ['core', 'ports', 'operations'],
  main: ['core', 'ports', 'operations', 'loops', 'adapters/*', 'doors/*'],
  web: ['core', 'operations'],
};

/** What a browser loads lies beside `src`. Of `src` it takes types and nothing that runs. */
export const browserFloor = 'web';
const page = ['web/'];
const pageBuild = 'web/vite.config.ts';

/** Files that lie directly in `adapters/` or `doors/` would belong to nobody; these folders hold only folders. */
export const floorsOfFolders: readonly string[] = ['adapters', 'doors'];

const outside = ['src/adapters/', 'src/doors/', 'src/main/'];

/** Who may import which module of Node or of npm. A module that is not here may be imported by nobody. */
export const modules: Readonly<Record<string, readonly string[]>> = {
  // Node, dangerous: what runs programs, opens the store, or makes time.
  'node:child_process': [
    'src/adapters/agents/programs.ts',
    'src/adapters/channels/command.ts',
    'src/adapters/executors/',
    'src/adapters/hermes/mac.ts',
    'src/adapters/host/',
    'src/adapters/outlook/',
    'src/adapters/provenance/',
    'src/adapters/secrets/programs.ts',
    'src/adapters/services/',
    'src/adapters/supervisor/',
    'src/main/',
  ],
  'node:sqlite': ['src/adapters/stores/sqlite-driver.ts', 'src/adapters/stores/sqlite-look.ts'],
  'node:worker_threads': ['src/adapters/stores/sqlite-look.ts'],
  'node:zlib': ['src/adapters/http-jobs/answer-body.ts', 'src/adapters/stores/columns.ts'],
  'node:timers': ['src/adapters/host/'],
  'node:timers/promises': ['src/adapters/host/'],
  'node:perf_hooks': ['src/adapters/host/'],
  'node:crypto': ['src/adapters/', 'src/doors/http/', 'src/main/'],
  'node:net': ['src/adapters/', 'src/main/'],
  // How the program itself is run.
  'node:v8': ['src/main/runtime.ts'],
  'node:http': ['src/adapters/', 'src/doors/http/', 'src/main/'],
  'node:https': ['src/adapters/agents/fetch-page.ts', 'src/adapters/network/', 'src/doors/http/'],
  'node:dns/promises': ['src/adapters/agents/fetch-page.ts', 'src/adapters/network/'],
  // Node, ordinary.
  'node:async_hooks': ['src/doors/mcp/'],
  'node:buffer': outside,
  'node:events': outside,
  'node:fs': outside,
  'node:fs/promises': outside,
  'node:os': outside,
  'node:path': outside,
  'node:process': outside,
  'node:readline': outside,
  'node:readline/promises': outside,
  'node:stream': outside,
  'node:stream/consumers': outside,
  'node:stream/promises': outside,
  'node:string_decoder': outside,
  'node:tty': outside,
  'node:url': [...outside, pageBuild],
  'node:util': outside,
  // npm: one home each.
  '@tailwindcss/vite': [pageBuild],
  '@tanstack/react-query': page,
  '@tanstack/react-router': page,
  '@tanstack/react-virtual': page,
  '@vitejs/plugin-react': [pageBuild],
  anser: page,
  clsx: page,
  'lucide-react': page,
  'radix-ui': page,
  react: page,
  'react-dom': page,
  uplot: page,
  vite: [pageBuild],
  '@ai-sdk/anthropic': ['src/adapters/agents/model.ts'],
  '@ai-sdk/openai': ['src/adapters/agents/model.ts'],
  '@ai-sdk/openai-compatible': ['src/adapters/agents/model.ts'],
  ai: ['src/adapters/agents/'],
  '@bomb.sh/tab': ['src/doors/cli/'],
  '@clack/prompts': ['src/doors/cli/prompts.ts'],
  '@modelcontextprotocol/server': ['src/doors/mcp/'],
  '@hono/node-server': ['src/doors/http/'],
  'chrono-node': ['src/core/natural-language.ts'],
  commander: ['src/doors/cli/'],
  cronstrue: ['src/core/natural-language.ts'],
  hono: ['src/doors/http/'],
  yaml: ['src/adapters/documents/'],
  zod: ['src/operations/', 'src/doors/'],
};

/** Who may take types, and only types, of a module besides. */
export const typePlaces: Readonly<Record<string, readonly string[]>> = { zod: page };

/** Files outside `src` that a file of `src` may read as a module. */
export const outsideFiles: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['src/main/'],
};

/** Where clocks, timers and chance may be used, and why there. Everybody else is handed a `Clock`. */
export const clockPlaces: Readonly<Record<string, string>> = {
  'src/adapters/host/': 'keeps the promise of the clock',
  'src/adapters/executors/':
    'the starter and the wrapper of a run are processes of their own and enforce real deadlines',
  'web/': 'shows time to a person, and decides nothing by it',
};

export const mostLines = 300;

/** Files that may be longer, and why. */
export const longFiles: Readonly<Record<string, string>> = {};

export const mostReadmeLines = 30;

/** There is something to check: fewer files than this on a floor means that the check has gone blind. */
export const leastFiles: Readonly<Record<string, number>> = {
  core: 30,
  ports: 10,
  operations: 15,
  loops: 10,
  'adapters/*': 40,
  'doors/*': 10,
  main: 6,
  web: 30,
};
