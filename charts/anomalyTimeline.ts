import type { EChartsCoreOption } from 'echarts/core';
import { INK, text } from './chartParts.js';
import { ACCENT, PALETTE, REST } from './palette.js';

/** A bar of {@link anomalyTimeline}. Instants are epoch ms, UTC. */
export interface TimelineBar {
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly severity: 'PAGE' | 'TICKET' | 'INFO';
  readonly state: string;
}

const COLOURS = { PAGE: ACCENT, TICKET: PALETTE[4], INFO: REST } as const;
const LONGEST_LABEL = 26;

/** What was found and when, a row each, the first on top. Severity and state are written on the bar: colour is not all there is. */
export function anomalyTimeline(input: {
  readonly start: number;
  readonly end: number;
  readonly bars: readonly TimelineBar[];
}): EChartsCoreOption {
  const bars = [...input.bars].reverse();
  const clipped = bars.map(({ start, end }) => ({
    from: Math.max(start, input.start),
    to: Math.max(Math.min(end, input.end), Math.max(start, input.start)),
  }));
  const least = (input.end - input.start) / 120;
  return {
    grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
    xAxis: {
      type: 'value',
      min: input.start,
      max: input.end,
      interval: stepOf(input.end - input.start),
      axisLabel: { ...text, hideOverlap: true, formatter: (at: number) => shortInstant(at, input.end - input.start) },
      splitLine: { lineStyle: { color: INK, opacity: 0.15 } },
    },
    yAxis: {
      type: 'category',
      axisTick: { show: false },
      axisLabel: { ...text, interval: 0 },
      data: bars.map(({ label }) => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label)),
    },
    series: [
      {
        type: 'bar',
        name: 'from',
        stack: 'time',
        silent: true,
        itemStyle: { color: 'transparent' },
        tooltip: { show: false },
        data: clipped.map(({ from }) => from),
      },
      {
        type: 'bar',
        name: 'held',
        stack: 'time',
        barMaxWidth: 18,
        data: bars.map((bar, place) => {
          const { from = 0, to = 0 } = clipped[place] ?? {};
          const open = bar.state === 'resolved' ? 0.6 : 1;
          const length = Math.max(to - from, least);
          const span = input.end - input.start;
          return {
            value: length,
            itemStyle: { color: COLOURS[bar.severity], opacity: open },
            // Beside a bar that is too short for its words, on the side where there is room.
            label:
              length > span / 5
                ? { position: 'insideLeft', color: '#ffffff', textBorderColor: '#1c2530', textBorderWidth: 2 }
                : { position: to - input.start > span * 0.8 ? 'left' : 'right', color: INK },
          };
        }),
        label: { show: true, ...text, formatter: ({ dataIndex }: { dataIndex: number }) => wordOf(bars[dataIndex]) },
      },
    ],
  };
}

function wordOf(bar: TimelineBar | undefined): string {
  return bar === undefined ? '' : `${bar.severity} ${bar.state}`;
}

const HOUR = 3_600_000;
const STEPS = [1, 2, 3, 4, 6, 12, 24, 48, 96, 168, 336, 720].map((hours) => hours * HOUR);

/** Whole hours or days between the marks of the axis, eight of them at most. */
function stepOf(span: number): number {
  return STEPS.find((step) => span / step <= 8) ?? span;
}

function shortInstant(at: number, span: number): string {
  const instant = new Date(Math.round(at / 60_000) * 60_000).toISOString();
  return span > 36 * 3_600_000 ? instant.slice(5, 10) : instant.slice(11, 16);
}
