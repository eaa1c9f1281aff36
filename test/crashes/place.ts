import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill, processesWith } from '../journeys/asking.ts';
import { type Answer, Person, until } from '../journeys/program.ts';

/** With modes and times, which Node's own copying loses. */
function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to]);
  if (status !== 0) throw new Error(String(stderr));
}

/** A home that is made once and put back before each crash. Its path stays the same, so that paths in its jobs stay right. */
export class Place {
  readonly person = new Person();
  readonly #kept = mkdtempSync(join(tmpdir(), 'ck-kept-'));
  /** Beside the home: what jobs write to, what is backed up to, what is traced. */
  readonly aside = mkdtempSync(join(tmpdir(), 'ck-aside-'));

  constructor() {
    this.person.env['LC_JOURNEY'] = this.person.home;
  }

  get database(): string {
    return this.person.file('cronkeeper.db');
  }

  get witness(): string {
    return join(this.aside, 'witness');
  }

  /** What stands in the file that the jobs write to; a line for each start. */
  witnessed(): readonly string[] {
    try {
      return readFileSync(this.witness, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
    } catch {
      return [];
    }
  }

  /** Files that SQLite and the runner write. */
  get storeFiles(): readonly string[] {
    return ['', '-wal', '-journal'].map((suffix) => `${this.database}${suffix}`);
  }

  keep(): void {
    copy(this.person.home, join(this.#kept, 'home'));
    copy(this.aside, join(this.#kept, 'aside'));
  }

  putBack(): void {
    for (const [from, to] of [
      [join(this.#kept, 'home'), this.person.home],
      [join(this.#kept, 'aside'), this.aside],
    ] as const) {
      rmSync(to, { recursive: true, force: true, maxRetries: 5 });
      copy(from, to);
    }
  }

  async type(...words: readonly string[]): Promise<Answer> {
    const answer = await this.person.type(words);
    if (answer.code !== 0) throw new Error(`${words.join(' ')}: ${answer.out}${answer.err}`);
    return answer;
  }

  /** All that was started for this home. Of a starter only the arguments tell: it is given no environment. */
  async processes(): Promise<readonly number[]> {
    const { home } = this.person;
    const marked = await processesWith(`LC_JOURNEY=${home}\0`);
    return [...new Set([...marked, ...(await processesWith(home, 'cmdline'))])];
  }

  /** As if the machine were switched off: everything of this home ends at once. */
  async endAll(): Promise<void> {
    await until('everything ended', async () => {
      const left = await this.processes();
      for (const pid of left) kill(pid);
      return left.length === 0 ? true : undefined;
    });
  }

  async leave(): Promise<void> {
    await this.endAll();
    await this.person.leave();
    for (const folder of [this.#kept, this.aside]) rmSync(folder, { recursive: true, force: true });
  }
}
