import type { EChartsCoreOption } from 'echarts/core';
import { INK, percent, text } from './chartParts.js';
import { ACCENT, PALETTE, REST } from './palette.js';

const valueAxis = {
  type: 'value',
  min: 0,
  axisLabel: { ...text, formatter: percent },
  splitLine: { lineStyle: { color: INK, opacity: 0.15 } },
} as const;

/** Longest names written beside an axis and in a legend; the table has them in full. */
const AXIS_NAME = 18;
const LEGEND_NAME = 28;

function shortName(name: string, length: number): string {
  return name.length > length ? `${name.slice(0, length - 1)}…` : name;
}

/** Share of a service by tenant, greatest first, with the peers' median as a line if there are peers. Shares are 0 to 1. */
export function shareRanking(input: {
  readonly tenants: readonly { readonly id: string; readonly share: number; readonly flagged: boolean }[];
  readonly peerMedian: number | null;
}): EChartsCoreOption {
  const rows = [...input.tenants].reverse();
  const line = {
    symbol: 'none',
    // ECharts rounds a mark to two decimals unless told otherwise: 6.6 % would be drawn at 7 %.
    precision: 6,
    lineStyle: { color: INK, type: 'dashed' },
    label: { ...text, formatter: 'peer median', position: 'end' },
    data: [{ xAxis: input.peerMedian }],
  };
  return {
    grid: { left: 8, right: 64, top: 24, bottom: 8, containLabel: true },
    xAxis: { ...valueAxis, splitNumber: 3 },
    yAxis: {
      type: 'category',
      data: rows.map((row) => shortName(row.id, AXIS_NAME)),
      axisLabel: { ...text, interval: 0 },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 18,
        data: rows.map((row) => ({ value: row.share, itemStyle: { color: row.flagged ? ACCENT : PALETTE[0] } })),
        label: {
          show: true,
          position: 'right',
          ...text,
          formatter: (entry: { value: number }) => `${(entry.value * 100).toFixed(1)} %`,
        },
        ...(input.peerMedian === null ? {} : { markLine: line }),
      },
    ],
  };
}

/**
 * Share of a service hour by hour: the tenants with most, the others together. Hours without data stay empty; an hour
 * alone between empty ones is a point, since it has no line. Tenants that stand out are marked in the legend, not by
 * colour alone.
 */
export function shareOverTime(input: {
  readonly hours: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly flagged: boolean;
    /** All that have no area of their own. */
    readonly rest?: true;
    readonly shares: readonly (number | null)[];
  }[];
}): EChartsCoreOption {
  const firstFlagged = input.series.findIndex((entry) => entry.flagged);
  return {
    grid: { left: 8, right: 16, top: 72, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: text, itemWidth: 12, itemHeight: 8 },
    xAxis: { type: 'category', data: [...input.hours], axisLabel: text, boundaryGap: false },
    yAxis: { ...valueAxis, max: 1 },
    series: input.series.map((entry, index) => ({
      type: 'line',
      name: `${entry.flagged ? '▲ ' : ''}${shortName(entry.name, LEGEND_NAME)}`,
      stack: 'share',
      showSymbol: true,
      showAllSymbol: true,
      connectNulls: false,
      lineStyle: { width: 1 },
      color: entry.rest ? REST : index === firstFlagged ? ACCENT : PALETTE[index % PALETTE.length],
      areaStyle: { opacity: 0.9 },
      data: entry.shares.map((share, hour) => ({
        value: share,
        symbol: share !== null && isAlone(entry.shares, hour) ? 'circle' : 'none',
        symbolSize: 6,
      })),
    })),
  };
}

function isAlone(shares: readonly (number | null)[], hour: number): boolean {
  return (shares[hour - 1] ?? null) === null && (shares[hour + 1] ?? null) === null;
}
