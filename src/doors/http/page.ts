import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

const compressible = /^text\/|json$|\+xml$/;

type Loaded = {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer> | null;
};

/** The files of the page, read once. No text of a request ever becomes a path of the file system. */
export type Page = { answer(path: string, acceptsGzip: boolean): Promise<Response | null> };

export function openPage(folder: string | null): Page {
  const files = new Map<string, string>();
  if (folder !== null && existsSync(folder)) {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(`/${relative(folder, path).split('\\').join('/')}`, path);
    }
  }
  const loaded = new Map<string, Promise<Loaded>>();
  return {
    async answer(name, acceptsGzip) {
      const path = files.get(name);
      if (path === undefined) return null;
      const type = types[extname(path)] ?? 'application/octet-stream';
      const once = loaded.get(name) ?? load(path, compressible.test(type.split(';')[0] ?? ''));
      loaded.set(name, once);
      const { plain, packed } = await once;
      const isPacked = acceptsGzip && packed !== null;
      return new Response(isPacked ? packed : plain, {
        headers: {
          'content-type': type,
          // Names below assets/ carry a digest of what is in them.
          'cache-control': name.startsWith('/assets/')
            ? 'private, max-age=31536000, immutable'
            : 'no-cache',
          vary: 'accept-encoding',
          ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
        },
      });
    },
  };
}

async function load(path: string, isCompressible: boolean): Promise<Loaded> {
  const plain = new Uint8Array(await readFile(path));
  if (!isCompressible) return { plain, packed: null };
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream('gzip'));
  return { plain, packed: new Uint8Array(await new Response(stream).arrayBuffer()) };
}

/** What a browser sees where the page was not built. */
export const noPage = (): Response =>
  new Response('The page is not part of this build. The API is at /api/v1/openapi.json.\n', {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
