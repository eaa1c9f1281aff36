import { closeSync, constants, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where one wrapper finds its orders, one after another: a file that has no name any more, so that nobody comes upon what a run is told
 * and nothing is left behind. A wrapper opens it through this process: when that is gone no order can be read, and no gate opens. Its
 * guard inherits it, and so knows of the newest run whoever is gone: by its first line, which says whether the run may begin.
 */
export class OrderFile {
  readonly path: string;
  readonly file: number;

  /** `home` is that of the profile, `name` anything that no other has. */
  constructor(home: string, name: string) {
    const path = join(home, `order-${name}`);
    const { O_RDWR, O_CREAT, O_EXCL } = constants;
    this.file = openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600);
    const opened = `/proc/${process.pid}/fd/${this.file}`;
    this.path = isLinux ? opened : path;
    if (isLinux) unlinkSync(path);
  }

  /** @param text begins with `# `, which it does not until it is confirmed; a comment it is all the time */
  write(text: string): void {
    ftruncateSync(this.file);
    const bytes = Buffer.from(text);
    bytes.write(unconfirmed);
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.file, bytes, at, bytes.length - at, at);
  }

  /** The run of the newest order may begin. */
  confirm(): void {
    writeSync(this.file, '# ', 0);
  }

  close(): void {
    closeSync(this.file);
    if (!isLinux) unlinkSync(this.path);
  }
}

const unconfirmed = '#-';
const isLinux = process.platform === 'linux';
