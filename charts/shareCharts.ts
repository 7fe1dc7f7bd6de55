import type { EChartsCoreOption } from 'echarts/core';
import { amountAxis, INK, incompleteMarks, percent, text } from './chartParts.js';
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

/** A series of {@link shareOverTime}. */
export interface OverTimeSeries {
  readonly name: string;
  readonly flagged: boolean;
  /** All that have no area of their own. */
  readonly rest?: true;
  /** Its colour, where it has one in every chart; otherwise by its place. */
  readonly colour?: string;
  /** Shares, or amounts where the chart has a unit. */
  readonly shares: readonly (number | null)[];
}

/**
 * Share of a service hour by hour: the tenants with most, the others together. Hours without data stay empty; an hour
 * alone between empty ones is a point, since it has no line. Hours that are not complete are marked as such. Tenants that
 * stand out are marked by a sign, not by colour alone.
 */
export function shareOverTime(input: {
  readonly hours: readonly string[];
  readonly series: readonly OverTimeSeries[];
  /** By hour: some of its lines are missing. */
  readonly incomplete?: readonly boolean[];
  /** Amounts in this unit instead of shares. */
  readonly unit?: string;
  /** `page`: names stand beside the chart; otherwise in its own legend. */
  readonly legend?: 'page';
}): EChartsCoreOption {
  const firstFlagged = input.series.findIndex((entry) => entry.flagged);
  const own = input.legend !== 'page';
  return {
    grid: { left: 8, right: 24, top: own ? 72 : 28, bottom: 8, containLabel: true },
    ...(own ? { legend: { top: 0, left: 0, textStyle: text, itemWidth: 12, itemHeight: 8 } } : {}),
    xAxis: { type: 'category', data: [...input.hours], axisLabel: { ...text, hideOverlap: true }, boundaryGap: false },
    yAxis: input.unit === undefined ? { ...valueAxis, max: 1 } : amountAxis(input.unit),
    series: input.series.map((entry, index) => ({
      type: 'line',
      name: `${entry.flagged ? '▲ ' : ''}${shortName(entry.name, LEGEND_NAME)}`,
      stack: 'share',
      showSymbol: true,
      showAllSymbol: true,
      connectNulls: false,
      lineStyle: { width: 1 },
      color: entry.rest ? REST : (entry.colour ?? (index === firstFlagged ? ACCENT : PALETTE[index % PALETTE.length])),
      areaStyle: { opacity: 0.9 },
      data: entry.shares.map((share, hour) => ({
        value: share,
        symbol: share !== null && isAlone(entry.shares, hour) ? 'circle' : 'none',
        symbolSize: 6,
      })),
      ...(index === 0 ? incompleteMarks(input.hours, input.incomplete) : {}),
    })),
  };
}

function isAlone(shares: readonly (number | null)[], hour: number): boolean {
  return (shares[hour - 1] ?? null) === null && (shares[hour + 1] ?? null) === null;
}
