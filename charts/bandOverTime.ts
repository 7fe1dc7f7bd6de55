import type { EChartsCoreOption } from 'echarts/core';
import { amountAxis, INK, incompleteMarks, text } from './chartParts.js';
import { ACCENT, PALETTE, REST } from './palette.js';

/**
 * One tenant's usage by hour in front of what it usually is: the band from its 10th to its 90th percentile, and their median as a
 * dashed line. Without a past there is no band. Limits are lines of their own.
 */
export function bandOverTime(input: {
  readonly hours: readonly string[];
  readonly unit: string;
  readonly amounts: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly middle: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly incomplete: readonly boolean[];
  readonly flagged: boolean;
}): EChartsCoreOption {
  const line = { type: 'line', symbol: 'none', connectNulls: false, silent: true } as const;
  const band = { ...line, stack: 'band', lineStyle: { opacity: 0 }, tooltip: { show: false } };
  const height = input.high.map((high, place) => {
    const low = input.low[place] ?? null;
    return high === null || low === null ? null : high - low;
  });
  return {
    grid: { left: 8, right: 24, top: 28, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: [...input.hours], axisLabel: { ...text, hideOverlap: true }, boundaryGap: false },
    yAxis: amountAxis(input.unit),
    series: [
      { ...band, name: 'usual, 10th percentile', data: [...input.low] },
      { ...band, name: 'usual, to the 90th percentile', areaStyle: { color: REST, opacity: 0.3 }, data: height },
      { ...line, name: 'usual, median', lineStyle: { color: INK, type: 'dashed', width: 1 }, data: [...input.middle] },
      {
        type: 'line',
        name: 'used',
        symbol: 'circle',
        symbolSize: 4,
        showAllSymbol: true,
        connectNulls: false,
        color: input.flagged ? ACCENT : PALETTE[0],
        lineStyle: { width: 2 },
        data: [...input.amounts],
        ...incompleteMarks(input.hours, input.incomplete),
      },
    ],
  };
}
