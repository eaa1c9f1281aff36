/**
 * Bundles the program into `dist/`:
 *
 *   cronkeeper.js   checks the version of Node, then loads program.js
 *   *.compiled      program.js as V8 has compiled it when `status` was answered, for the packaged Node
 *   program.js      the command line and all of `status`; what few commands need stays in files of its own, loaded when needed
 *   package.json    says that all of this is for `require`, which loads faster
 *   worker.js       does the work of agents and of HTTP jobs, one process for each run; loads what its kind of work needs
 *   starter.js      the small process that starts runs: one file, nothing loaded later
 *   redactor.js     keeps secrets out of the output of runs that were given some
 *   looker.js       the thread that looks through a store
 *   web/            the page of the dashboard, as the browser loads it
 *   LICENSES.txt    the licences of the packages that are inside
 *
 * With `--no-page` there is no page in it: for copies that are only tested, and often. The new folder takes the old one's place only
 * when it is complete. Names stay readable: nothing but the page is minified.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type OutputOptions, type Plugin, type RolldownOutput } from 'rolldown';
import { build as buildWithVite } from 'vite';
import manifest from '../package.json' with { type: 'json' };
import { frontDoor, keepCompiled } from './front-door.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The oldest Node that package.json accepts. */
function oldestNode(): { readonly major: number; readonly minor: number } {
  const found = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node);
  if (found === null) throw new Error('package.json must say engines.node as ">=MAJOR.MINOR".');
  return { major: Number(found[1]), minor: Number(found[2]) };
}

/** What `status` loads, with all that these import, is one file: to open sixty takes as long as to start Node. */
const front = /\/src\/(?:main\/(?:cronkeeper|context)|doors\/cli\/actions\/status)\.ts$/;

/**
 * Modules of Node are loaded when they are first used: those that start processes, hash or compress take a quarter of the time that
 * a short command takes, and few commands need them.
 */
const lateBuiltins: Plugin = {
  name: 'late-builtins',
  renderChunk(code) {
    const loads = /^let (node_\w+) = (require\("node:[\w/]+"\));(\n\1 = __toESM\(\1, 1\);)?$/gm;
    return [...code.matchAll(loads)].reduce((text, [lines, name = '', load, isWrapped]) => {
      const rest = text.replace(lines, '');
      // Used in another way than by what is in it, it is left as it was.
      if (new RegExp(`\\b${name}\\b(?!\\.)`).test(rest)) return text;
      // Only a default export needs the wrapping, which copies a property for each name that the module has.
      const hasDefault = new RegExp(`\\b${name}\\.default\\b`).test(rest);
      const value = isWrapped !== undefined && hasDefault ? `__toESM(${load}, 1)` : load;
      const getter = `let ${name}$1;\nconst late_${name} = { get it() { return ${name}$1 ??= ${value}; } };`;
      const uses = new RegExp(`\\b${name}\\.`, 'g');
      return text.replace(lines, () => getter).replace(uses, () => `late_${name}.it.`);
    }, code);
  },
};

/** Plain ASCII takes half the memory of other text, and is read as it is. Each such character stands in a text or a pattern. */
const onlyAscii: Plugin = {
  name: 'only-ascii',
  renderChunk: (code) =>
    code.replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
};

async function bundle(entry: string, output: OutputOptions): Promise<RolldownOutput> {
  const input = join(root, 'src/main', entry);
  if (!existsSync(input)) throw new Error(`There is nothing to build: ${input} is missing.`);
  return build({
    input,
    platform: 'node',
    cwd: root,
    tsconfig: false,
    plugins: [lateBuiltins, onlyAscii],
    logLevel: 'warn',
    // A module that is not found would otherwise become an import that fails on the user's machine.
    onLog(level, log, handle) {
      // Processes that need all of it import at once what commands load when they need it.
      if (log.code === 'INEFFECTIVE_DYNAMIC_IMPORT') return;
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      handle(level, log);
    },
    output: {
      ...output,
      format: 'cjs',
      minify: false,
      comments: { legal: true, annotation: false, jsdoc: false },
    },
  });
}

async function bundlePage(outDir: string): Promise<RolldownOutput> {
  const configFile = join(root, 'web/vite.config.ts');
  const built = await buildWithVite({ configFile, build: { outDir } });
  if (Array.isArray(built) || !('output' in built))
    throw new Error('The page is one bundle, and it is not watched.');
  return built;
}

/** Folders of the packages whose code is in the bundle. The styles of the page begin with those of Tailwind. */
function packagesIn(outputs: readonly RolldownOutput[]): readonly string[] {
  const folders = new Set([join(root, 'node_modules/tailwindcss')]);
  for (const { output } of outputs) {
    for (const chunk of output) {
      for (const id of chunk.type === 'chunk' ? chunk.moduleIds : []) {
        const found = /^(?:.*[\\/])?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id);
        if (found !== null) folders.add(found[0]);
      }
    }
  }
  return [...folders].sort();
}

/** For a package without a licence file: what its manifest says. @throws when that says nothing either */
async function namedLicence(folder: string): Promise<string> {
  const about: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  if (typeof about === 'object' && about !== null && 'license' in about)
    return `Licence, as its package.json says: ${String(about.license)}`;
  throw new Error(`${folder} is in the bundle and names no licence.`);
}

async function licences(folders: readonly string[]): Promise<string> {
  const texts = folders.map(async (folder) => {
    const file = (await readdir(folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const name = folder.split(`node_modules${sep}`).at(-1) ?? basename(folder);
    const text =
      file === undefined ? await namedLicence(folder) : await readFile(join(folder, file), 'utf8');
    return `==== ${name} ====\n\n${text}\n`;
  });
  return (await Promise.all(texts)).join('\n');
}

/** Two renames: for a moment there is no `dist`, never a half one. Several builds at once: the last one stays. */
async function putInPlace(made: string): Promise<void> {
  const dist = join(root, 'dist');
  for (let tries = 0; tries < 10; tries += 1) {
    const old = `${made}-old`;
    if (existsSync(dist)) await rename(dist, old).catch(ignoreRace);
    const placed = await rename(made, dist).then(() => true, ignoreRace);
    await rm(old, { recursive: true, force: true });
    if (placed) return;
  }
  throw new Error(`${dist} could not be replaced: other builds run at the same time.`);
}

function ignoreRace(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT' || error.code === 'ENOTEMPTY' || error.code === 'EEXIST')
    return false;
  throw error;
}

const made = await mkdtemp(join(root, '.dist-'));
try {
  await chmod(made, 0o755);
  const outputs = [
    await bundle('cronkeeper.ts', {
      dir: made,
      entryFileNames: 'program.js',
      codeSplitting: { groups: [{ name: 'front', test: front }] },
    }),
    await bundle('worker.ts', { dir: made, entryFileNames: 'worker.js' }),
    await bundle('starter.ts', { file: join(made, 'starter.js'), codeSplitting: false }),
    await bundle('redactor.ts', { file: join(made, 'redactor.js'), codeSplitting: false }),
    await bundle('looker.ts', { file: join(made, 'looker.js'), codeSplitting: false }),
    ...(process.argv.includes('--no-page') ? [] : [await bundlePage(join(made, 'web'))]),
  ];
  await writeFile(join(made, 'LICENSES.txt'), await licences(packagesIn(outputs)));
  await writeFile(join(made, 'cronkeeper.js'), frontDoor(oldestNode()));
  await writeFile(join(made, 'package.json'), '{ "type": "commonjs" }\n');
  await keepCompiled(made);
  await putInPlace(made);
} catch (error) {
  process.stderr.write(
    `The build failed: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
} finally {
  await rm(made, { recursive: true, force: true });
}
