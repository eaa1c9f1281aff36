/** Where an executable of Node lies, and whether it stays there when Node is upgraded. */
export type NodePlace = {
  /** The path to write down: it goes on naming a Node after an upgrade, as far as there is such a path. */
  readonly path: string;
  /** Null when the executable stays what it is; else why it does not, as a clause. */
  readonly why: string | null;
};

const temporary = /^(\/private)?(\/tmp|\/var\/tmp|\/var\/folders)\//;
const versionManager = /\/(\.nvm|\.fnm|fnm_multishells|\.volta|\.asdf|\.nodenv|mise|\.n)\//;
const homebrew = /^(.*)\/Cellar\/([^/]+)\/[^/]+\/(bin\/node)$/;

/**
 * Judges the real path of an executable. macOS remembers a privacy grant by the path and the signature of the executable, so one that
 * moves or is signed anew with each version loses its grant.
 */
export function judgeNodePlace(path: string): NodePlace {
  const [, prefix, formula, rest] = homebrew.exec(path) ?? [];
  if (formula !== undefined)
    return {
      path: `${prefix}/opt/${formula}/${rest}`,
      why: 'Homebrew replaces it with each upgrade, and macOS then forgets what was granted to it',
    };
  if (versionManager.test(path))
    return { path, why: 'a version manager keeps each version at another path' };
  return { path, why: temporary.test(path) ? 'it lies in a temporary folder' : null };
}

/** How a person grants an executable access to protected files of a Mac; it cannot be granted by a program. */
export const grantWords = (path: string): string =>
  `Grant it to ${path}: System Settings > Privacy & Security > Full Disk Access, then restart the service.`;
