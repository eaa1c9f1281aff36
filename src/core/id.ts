const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Whether the text has the form of an identifier of ours (ULID); such text can be part of a path. */
export const isId = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);

/**
 * A ULID: 48 bits of time, 80 of chance, as 26 letters that sort by time.
 *
 * @param at milliseconds, 0 to 2^48
 * @param chance 16 numbers from 0 to 31
 */
export function toUlid(at: number, chance: readonly number[]): string {
  let time = '';
  let rest = Math.floor(at);
  for (let place = 0; place < 10; place += 1) {
    time = alphabet.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time + chance.map((value) => alphabet.charAt(value % 32)).join('');
}
