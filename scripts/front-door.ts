/**
 * The first file of the program, and the compiled code that it loads.
 *
 * A third of a short command was V8 compiling functions, because what Node keeps of a file is made before any of it ran. So the build
 * answers `status` once and keeps the program as it is compiled by then. It is read by exactly the Node that made it, the one that is
 * packaged beside the program: V8 looks at its own version and flags, but not at every byte. Any other Node compiles as Node does.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The file that only the packaged Node reads; null for any other. */
const keptBy = `function keptBy(node) {
  var packaged = /[\\\\/](node-\\w+-\\w+)[\\\\/]bin[\\\\/]node$/.exec(node);
  return packaged && __dirname + '/' + packaged[1] + '-' + process.versions.node + '.compiled';
}`;

/** Loads program.js as `require` would, but with what is kept; false when V8 does not take that. */
const loadWith = `function loadWith(compiled) {
  var file = __dirname + '/program.js';
  var Module = require('module');
  script = new (require('vm').Script)(
    '(function (exports, require, module, __filename, __dirname) {' + fs.readFileSync(file, 'latin1') + '\\n})',
    { filename: file, cachedData: compiled }
  );
  if (script.cachedDataRejected) return false;
  var program = new Module(file, module);
  program.filename = file;
  program.paths = module.paths;
  require.cache[file] = program;
  script.runInThisContext().call(program.exports, program.exports, require, program, file, __dirname);
  program.loaded = true;
  return true;
}`;

/**
 * Must be understood by every Node there is, as a module or as a script: an old one must reach the sentence, not a syntax error.
 */
export function frontDoor({
  major,
  minor,
}: {
  readonly major: number;
  readonly minor: number;
}): string {
  return `var version = process.versions.node.split('.');
var fs, script;
${keptBy}
${loadWith}
function loadKept() {
  var kept = keptBy(process.execPath);
  return kept !== null && fs.existsSync(kept) && loadWith(fs.readFileSync(kept));
}
if (+version[0] < ${major} || (+version[0] === ${major} && +version[1] < ${minor})) {
  process.stderr.write(
    'cronkeeper needs Node ${major}.${minor} or newer; this is ' + process.versions.node + ' (' + process.execPath + ').\\n' +
      'Install a newer Node (https://nodejs.org), or install cronkeeper again without --omit=optional: it then brings its own.\\n'
  );
  process.exitCode = 2;
} else {
  fs = require('fs');
  // Only by who owns the program: whoever can change what is in there can change what runs.
  if (process.getuid && fs.statSync(__dirname).uid === process.getuid())
    require('module').enableCompileCache(__dirname + '/cache');
  if (!loadKept()) require('./program.js');
}
`;
}

const maker = `var fs = require('fs'), script;
${keptBy}
${loadWith}
var kept = keptBy(process.execPath);
if (kept !== null) {
  process.on('exit', function () { fs.writeFileSync(kept, script.createCachedData()); });
  loadWith();
}
`;

const longestMs = 60_000;

/** Keeps the program of this folder as it is compiled after \`status\`. Does nothing when the build is not run by the packaged Node. */
export async function keepCompiled(folder: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'cronkeeper-build-'));
  const file = join(folder, 'keep-compiled.js');
  const { NODE_OPTIONS: _, ...rest } = process.env;
  const env = { ...rest, CRONKEEPER_HOME: join(home, 'home'), CRONKEEPER_PROFILE: '' };
  try {
    await writeFile(file, maker);
    // Whatever it answers, where not even a home can be opened: what is kept then serves as well, and without it Node compiles.
    await new Promise<void>((resolve) => {
      execFile(process.execPath, [file, 'status'], { env, timeout: longestMs }, () => resolve());
    });
  } finally {
    await rm(file, { force: true });
    await rm(home, { recursive: true, force: true });
  }
}
