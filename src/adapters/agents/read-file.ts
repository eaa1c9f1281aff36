import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { refused, type ToolResult } from './tool-result.ts';

/**
 * Reads a file below a folder. Links are followed first and judged by where they lead. Names that begin with a dot are not read: that is
 * where keys and settings live, and so is what the kernel tells of this process. Nothing of the home is, whatever the folder: secrets
 * lie there, and what other jobs printed.
 */
export async function readFileBelow(
  path: string,
  { folder, home }: { readonly folder: string; readonly home: string },
  most: number,
): Promise<ToolResult> {
  try {
    const top = await realpath(folder);
    const real = await realpath(resolve(top, path));
    const names = relative(top, real).split(sep);
    if (names.some((name) => name.startsWith('.')) || /^\/(proc|sys|dev)(\/|$)/.test(real))
      return refused(
        'Only files below the working folder are read, and none whose name begins with a dot.',
      );
    if (isInside(real, await realpath(home)))
      return refused("Nothing of cronkeeper's own home is read.");
    return await readText(real, most);
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      return refused(`It cannot be read: ${error.code}.`);
    throw error;
  }
}

const isInside = (path: string, folder: string): boolean =>
  relative(folder, path).split(sep)[0] !== '..';

async function readText(path: string, most: number): Promise<ToolResult> {
  // A pipe would be waited for without end.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return refused('It is not a file.');
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    const text = buffer.subarray(0, Math.min(length, most)).toString('utf8');
    return { text: length > most ? `${text}\n[cut]` : text, isError: false };
  } finally {
    await file.close();
  }
}
