/** Steps that were taken, each with what takes it back. */
export class Undo {
  readonly #steps: { readonly what: string; readonly back: () => Promise<void> }[] = [];

  push(what: string, back: () => Promise<void>): void {
    this.#steps.push({ what, back });
  }

  /** Takes everything back, the last step first. One that fails does not keep the others from it; answers what could not be taken back. */
  async run(): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const { what, back } of this.#steps.splice(0).reverse()) {
      try {
        await back();
      } catch (error) {
        failed.push(`${what} (${error instanceof Error ? error.message : String(error)})`);
      }
    }
    return failed;
  }
}
