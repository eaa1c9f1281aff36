/**
 * What npm runs when it has installed the packages of a clone: builds the program. Plain JavaScript, because any Node may reach it, also
 * one that reads no TypeScript: that one must come to the sentence, not to an error of Node.
 */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const oldest = manifest.engines.node.replace('>=', '');
const [major, minor] = oldest.split('.').map(Number);
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);

if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  process.stderr.write(
    `cronkeeper needs Node ${oldest} or newer to be built; this is ${process.versions.node} (${process.execPath}).\n` +
      'npm brings it along only for Linux with glibc, and not with --omit=optional. Install it (https://nodejs.org), then type: npm ci\n',
  );
  process.exitCode = 1;
} else await import('./build.ts');
