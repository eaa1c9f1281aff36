import type Anser from 'anser';

/** Names of classes for what a program asked of a terminal, chosen so that it can be read in both themes. */

export type Entry = ReturnType<typeof Anser.ansiToJson>[number];

const hues = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'] as const;
type Colour = (typeof hues)[number] | 'grey';

const texts: Readonly<Record<Colour, string>> = {
  red: 'text-bad',
  yellow: 'text-warn',
  green: 'text-good',
  cyan: 'text-[light-dark(#0c6b78,#6fd3e3)]',
  blue: 'text-busy',
  magenta: 'text-missed',
  grey: 'text-soft',
};
/** On a ground the text is ink: a program may ask for red on red. */
const grounds: Readonly<Record<Colour, string>> = {
  red: 'bg-bad/25',
  yellow: 'bg-warn/25',
  green: 'bg-good/25',
  cyan: 'bg-busy/15',
  blue: 'bg-busy/25',
  magenta: 'bg-missed/25',
  grey: 'bg-line',
};

/** The nearest of few, by hue. Black and white are the ink, whichever of them that is. */
function colourOf(numbers: string | null): Colour | null {
  if (numbers === null) return null;
  const [red = 0, green = 0, blue = 0] = numbers.split(',').map(Number);
  const high = Math.max(red, green, blue);
  const span = high - Math.min(red, green, blue);
  if (span < 40) return high > 60 && high < 200 ? 'grey' : null;
  return hues[Math.round(sectorOf(red, green, blue, span)) % hues.length] ?? null;
}

/** Where on the wheel of six hues, red being 0. */
function sectorOf(red: number, green: number, blue: number, span: number): number {
  if (red >= green && red >= blue) return ((green - blue) / span + 6) % 6;
  if (green >= blue) return (blue - red) / span + 2;
  return (red - green) / span + 4;
}

/** Its types do not tell. */
const isTurned = (entry: Entry): boolean => 'isInverted' in entry && entry.isInverted === true;

export function lookOf(entry: Entry): string {
  const { fg, bg, decorations } = entry;
  const ground = colourOf(bg) ?? (isTurned(entry) ? 'grey' : null);
  const text = colourOf(fg) ?? (decorations.includes('dim') ? 'grey' : null);
  const names = [
    ground !== null && grounds[ground],
    ground === null && text !== null && texts[text],
    decorations.includes('bold') && 'font-semibold',
    decorations.includes('italic') && 'italic',
    decorations.includes('underline') && 'underline',
    decorations.includes('strikethrough') && 'line-through',
  ];
  return names.filter((name) => name !== false).join(' ');
}

const codes: Readonly<Record<string, number>> = {
  bold: 1,
  dim: 2,
  italic: 3,
  underline: 4,
  strikethrough: 9,
};

/** The sequence that brings back how a line ended, for the next one; empty when it ended plain. */
export function carryOf(entry: Entry): string {
  const { fg, bg, decorations } = entry;
  const isInverted = isTurned(entry);
  const [front, back] = isInverted ? [bg, fg] : [fg, bg];
  const rgb = (ground: 38 | 48, numbers: string | null): readonly string[] =>
    numbers === null ? [] : [`${ground};2;${numbers.replaceAll(/[,\s]+/g, ';')}`];
  const parts = [
    ...rgb(38, front),
    ...rgb(48, back),
    ...(isInverted ? ['7'] : []),
    ...new Set(decorations.flatMap((name) => codes[name] ?? [])),
  ];
  return parts.length === 0 ? '' : `\u001b[${parts.join(';')}m`;
}
