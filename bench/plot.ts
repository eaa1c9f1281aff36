import type { Figure } from './measure.ts';

/** Three questions side by side would be too narrow; they stand one below the other, on one scale. */
const questions = [
  { what: 'fire latency, one job a second', title: 'One job a second' },
  { what: '60 one-shots, 137 ms apart', title: 'One-shots at odd milliseconds' },
  { what: '50 jobs due at once', title: '50 jobs due at once' },
] as const;

const width = 860;
const left = 210;
const right = 90;
const rowHeight = 22;
const titleHeight = 34;
const top = 64;
const scale = [1, 10, 100, 1_000, 10_000] as const;
const mostMs = 10_000;

/** The dark rules come last, because they replace those before them. */
const style = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif } .title { font-weight: 600 } .small { font-size: 12px }
  .page { fill: #ffffff } .word { fill: #24292f } .soft { fill: #57606a } .line { stroke: #d0d7de }
  .ours { fill: #1a7f37; stroke: #1a7f37 } .raw { fill: #8c959f; stroke: #8c959f } .peer { fill: #0969da; stroke: #0969da }
  .from { stroke-width: 3; stroke-linecap: round } circle.hollow { fill: #ffffff; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .word { fill: #e6edf3 } .soft { fill: #9198a1 } .line { stroke: #30363d }
    .ours { fill: #3fb950; stroke: #3fb950 } .raw { fill: #6e7681; stroke: #6e7681 } .peer { fill: #58a6ff; stroke: #58a6ff }
    circle.hollow { fill: #0d1117 }
  }`;

type Line = {
  readonly who: string;
  readonly p50: number;
  readonly p99: number;
  readonly isForgetful: boolean;
};

/** Lateness of every scheduler, from its median to its 99th percentile, on a logarithmic scale. An SVG that follows the reader's colours. */
export function plotLatency(figures: readonly Figure[]): string {
  let y = top;
  const parts: string[] = [];
  for (const { what, title } of questions) {
    const lines = linesOf(figures, what);
    if (lines.length === 0) continue;
    parts.push(text({ x: 16, y: y + 14, words: title, kind: 'word title' }));
    y += titleHeight - 8;
    for (const line of lines) {
      parts.push(drawLine(line, y));
      y += rowHeight;
    }
    y += 14;
  }
  const height = y + 10;
  const grid = scale.map((ms) => {
    const x = across(ms);
    const label = ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
    return `<line class="line" x1="${x}" y1="${top - 8}" x2="${x}" y2="${height - 12}"/>${text({ x, y: top - 16, words: label, kind: 'soft small', anchor: 'middle' })}`;
  });
  const heading =
    'How late a command starts: median ●━━ 99th percentile. ○ forgets its jobs when it ends.';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${heading}">
<style>${style}
</style>
<rect class="page" width="${width}" height="${height}"/>
${text({ x: 16, y: 24, words: heading, kind: 'word title' })}
${[...grid, ...parts].join('\n')}
</svg>
`;
}

/** Ours, the raw limit, then peers from the least late to the latest. */
function linesOf(figures: readonly Figure[], what: string): readonly Line[] {
  const own = Map.groupBy(
    figures.filter((figure) => figure.what === what),
    ({ who }) => who,
  );
  const lines = [...own].map(([who, of]) => {
    const at = (statistic: string): number =>
      of.find((figure) => figure.statistic === statistic)?.value ?? 0;
    const isForgetful = of.some(({ note }) => /not durable|nothing stored/.test(note ?? ''));
    return { who, p50: at('p50'), p99: at('p99'), isForgetful };
  });
  const rank = ({ who }: Line): number => ['ours', 'raw', 'peer'].indexOf(kindOf(who));
  return lines.toSorted((one, other) => rank(one) - rank(other) || one.p99 - other.p99);
}

const kindOf = (who: string): 'ours' | 'raw' | 'peer' =>
  who.startsWith('cronkeeper') ? 'ours' : who.startsWith('raw') ? 'raw' : 'peer';

function across(ms: number): number {
  const share = Math.log10(Math.min(mostMs, Math.max(1, ms))) / Math.log10(mostMs);
  return Math.round((left + share * (width - left - right)) * 10) / 10;
}

function drawLine({ who, p50, p99, isForgetful }: Line, y: number): string {
  const kind = kindOf(who);
  const middle = y + 6;
  const [from, to] = [across(p50), across(p99)];
  const said = p99 < 100 ? p99.toPrecision(2) : Math.round(p99).toLocaleString('en-US');
  return [
    text({ x: left - 14, y: y + 10, words: who, kind: 'word', anchor: 'end' }),
    `<line class="${kind} from" x1="${from}" y1="${middle}" x2="${to}" y2="${middle}"/>`,
    `<circle class="${kind}${isForgetful ? ' hollow' : ''}" cx="${from}" cy="${middle}" r="4"/>`,
    text({ x: to + 9, y: y + 10, words: `${said} ms`, kind: 'soft small' }),
  ].join('');
}

function text({
  x,
  y,
  words,
  kind,
  anchor = 'start',
}: {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly kind: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${safe}</text>`;
}
