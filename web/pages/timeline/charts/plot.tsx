import { useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { spanWords } from '../../../parts/moment.ts';
import { useTheme } from '../../../theme.ts';

export type Point = { readonly at: number; readonly ms: number; readonly isGood: boolean };

const height = 190;
/** Steps of an axis of durations, in milliseconds: each is one word. */
const steps = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
];

/** Dots over time: those that went well, and those that did not in another colour and as squares. */
export function Plot({
  points,
  label,
}: {
  readonly points: readonly Point[];
  readonly label: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const isDark = useDark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the theme changes
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const plot = new UPlot(optionsOf(current), dataOf(points), current);
    const watch = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height }));
    watch.observe(current);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [points, theme, isDark]);
  return <div ref={box} role="img" aria-label={label} className="mt-1 min-h-[190px]" />;
}

const dark = '(prefers-color-scheme: dark)';

function useDark(): boolean {
  const [is, setIs] = useState(() => matchMedia(dark).matches);
  useEffect(() => {
    const watch = matchMedia(dark);
    const changed = (): void => setIs(watch.matches);
    watch.addEventListener('change', changed);
    return () => watch.removeEventListener('change', changed);
  }, []);
  return is;
}

function dataOf(points: readonly Point[]): UPlot.AlignedData {
  return [
    points.map(({ at }) => at / 1_000),
    points.map(({ ms, isGood }) => (isGood ? ms : null)),
    points.map(({ ms, isGood }) => (isGood ? null : ms)),
  ];
}

/** A canvas knows no classes, so the colours of the theme are read from an element that has them. */
function colourOf(within: HTMLElement, className: string): string {
  const probe = document.createElement('span');
  probe.className = className;
  within.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function optionsOf(within: HTMLElement): UPlot.Options {
  const ink = colourOf(within, 'text-soft');
  const line = colourOf(within, 'text-line');
  const axis = {
    stroke: ink,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: `12px ${getComputedStyle(within).fontFamily}`,
  };
  const dots = (className: string): UPlot.Series => {
    const colour = colourOf(within, className);
    return {
      stroke: colour,
      paths: () => null,
      points: { show: true, size: 6, stroke: colour, fill: colour, width: 0 },
    };
  };
  return {
    width: within.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(most * 1.1, 10)] } },
    axes: [
      { ...axis, values: (_, times) => times.map(tickWords), space: 70 },
      {
        ...axis,
        size: 62,
        incrs: steps,
        values: (_, spans) => spans.map((ms) => (ms === 0 ? '0' : spanWords(ms))),
      },
    ],
    series: [{}, dots('text-lamp'), dots('text-bad')],
  };
}

const tickWords = (seconds: number): string => {
  const date = new Date(seconds * 1_000);
  return date.getHours() === 0 && date.getMinutes() === 0
    ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
    : date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
};
