import type { EChartsCoreOption } from 'echarts/core';

/** Okabe and Ito's colours, safe for colour-blind readers and legible on light and dark. */
export const PALETTE = [
  '#0072b2',
  '#56b4e9',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#8c6bb1',
  '#b8a000',
  '#7a8b99',
  '#999999',
] as const;
/** The tenant that stands out. */
export const ACCENT = '#d55e00';
const INK = '#808894';

const text = { color: INK, fontSize: 12, fontFamily: 'system-ui, sans-serif' };

/** Share of a service by tenant, greatest first, with the peers' median as a line. Shares are 0 to 1. */
export function shareRanking(input: {
  readonly tenants: readonly { readonly id: string; readonly share: number; readonly flagged: boolean }[];
  readonly peerMedian: number;
}): EChartsCoreOption {
  const rows = [...input.tenants].reverse();
  return {
    grid: { left: 8, right: 56, top: 24, bottom: 8, containLabel: true },
    xAxis: {
      type: 'value',
      min: 0,
      axisLabel: { ...text, formatter: (value: number) => `${Math.round(value * 100)} %` },
      splitLine: { lineStyle: { color: INK, opacity: 0.2 } },
    },
    yAxis: { type: 'category', data: rows.map((row) => row.id), axisLabel: text, axisTick: { show: false } },
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
        markLine: {
          symbol: 'none',
          lineStyle: { color: INK, type: 'dashed' },
          label: { ...text, formatter: 'peer median', position: 'end' },
          data: [{ xAxis: input.peerMedian }],
        },
      },
    ],
  };
}

/** Share of a service hour by hour: the tenants with most, the others together. Hours without data stay empty. */
export function shareOverTime(input: {
  readonly hours: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly flagged: boolean;
    readonly shares: readonly (number | null)[];
  }[];
}): EChartsCoreOption {
  return {
    grid: { left: 8, right: 16, top: 56, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: text, itemWidth: 12, itemHeight: 8 },
    xAxis: { type: 'category', data: [...input.hours], axisLabel: text, boundaryGap: false },
    yAxis: {
      type: 'value',
      min: 0,
      max: 1,
      axisLabel: { ...text, formatter: (value: number) => `${Math.round(value * 100)} %` },
      splitLine: { lineStyle: { color: INK, opacity: 0.2 } },
    },
    series: input.series.map((entry, index) => ({
      type: 'line',
      name: entry.name,
      stack: 'share',
      symbol: 'none',
      connectNulls: false,
      lineStyle: { width: 1 },
      color: entry.flagged ? ACCENT : PALETTE[index % PALETTE.length],
      areaStyle: { opacity: 0.75 },
      data: [...entry.shares],
    })),
  };
}
