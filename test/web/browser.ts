import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's browser. `npm test` installs it where it may. */
export const browserPath = '/usr/bin/chromium';

/** Why tests in a browser cannot run here; null when they can. */
export const hindrance = existsSync(browserPath)
  ? null
  : 'needs chromium: apt-get install -y --no-install-recommends chromium';

export const openBrowser = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath,
    // Root has no sandbox, and shared memory is small in containers.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...args],
  });
