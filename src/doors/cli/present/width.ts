import { stripVTControlCharacters } from 'node:util';

let segmenter: Intl.Segmenter | null = null;

/** Made when it is needed: that takes as long as a third of the start of Node, and most text needs none. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Printable ASCII, and our own signs. */
const narrow = /^[\u0020-\u007e–…→✓✗⚠]*$/;

/** The patterns are read here, and not with the file: to look their categories up takes long, and most text needs none of them. */
function graphemeWidth(grapheme: string): number {
  const wide =
    /^[\u1100-\u115f\u231a\u231b\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
  const emoji =
    /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator}|\p{Extended_Pictographic}\ufe0f)/u;
  const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]/u;
  if (zeroWidth.test(grapheme)) return 0;
  return wide.test(grapheme) || emoji.test(grapheme) ? 2 : 1;
}

/** How many cells of a terminal the text takes. Its only control characters are our own colours, which take none. */
export function displayWidth(painted: string): number {
  const text = stripVTControlCharacters(painted);
  if (narrow.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment);
  return width;
}

/** The text, cut so that it takes at most `width` cells; a cut shows as `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemesOf(text)) {
    const next = graphemeWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return width < 1 ? '' : `${kept}…`;
}

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - displayWidth(text))) + text;

/** Breaks at spaces so that no line is wider than `width`, unless one word is; further lines are indented by `indent`. */
export function wrap(text: string, width: number, indent = ''): string {
  if (!Number.isFinite(width)) return text;
  const wrapped: string[] = [];
  const lead = /^ */.exec(text)?.[0] ?? '';
  let line = lead;
  let isFirst = true;
  for (const word of text.slice(lead.length).split(' ')) {
    const longer = isFirst ? line + word : `${line} ${word}`;
    if (!isFirst && displayWidth(longer) > width) {
      wrapped.push(line.trimEnd());
      line = indent + word;
    } else line = longer;
    isFirst = false;
  }
  return [...wrapped, line].join('\n');
}
