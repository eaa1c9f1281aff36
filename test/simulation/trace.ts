/** A running hash of everything that happened: two runs of one seed must end with the same. */
export class Trace {
  #hash = 0x811c9dc5;

  add(text: string): void {
    for (let place = 0; place < text.length; place += 1) this.count(text.charCodeAt(place));
  }

  count(value: number): void {
    this.#hash = Math.imul(this.#hash ^ Math.floor(value), 0x01000193) >>> 0;
  }

  get hash(): string {
    return this.#hash.toString(16).padStart(8, '0');
  }
}
