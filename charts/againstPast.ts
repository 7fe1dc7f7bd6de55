import type { EChartsCoreOption } from 'echarts/core';
import { amountLabel, INK, text } from './chartParts.js';
import { ACCENT, PALETTE } from './palette.js';

/**
 * What a tenant used of a service window by window, the judged one last and marked, with what its own past leads one to expect.
 * Windows without data stay empty.
 */
export function againstPast(input: {
  /** What stands below each window: its start, UTC. */
  readonly labels: readonly string[];
  readonly amounts: readonly (number | null)[];
  /** `USD`, or a meter. */
  readonly unit: string;
  readonly expected: number | null;
}): EChartsCoreOption {
  const last = input.amounts.length - 1;
  const mark = {
    symbol: 'none',
    precision: 6,
    lineStyle: { color: INK, type: 'dashed' },
    label: { ...text, formatter: 'expected', position: 'insideStartTop' },
    data: [{ yAxis: input.expected }],
  };
  return {
    grid: { left: 8, right: 64, top: 24, bottom: 8, containLabel: true },
    xAxis: {
      type: 'category',
      data: [...input.labels],
      axisLabel: { ...text, hideOverlap: true },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 3,
      axisLabel: { ...text, formatter: (value: number) => amountLabel(value, input.unit === 'USD' ? 'USD' : '') },
      splitLine: { lineStyle: { color: INK, opacity: 0.15 } },
    },
    series: [
      {
        type: 'line',
        connectNulls: false,
        showSymbol: true,
        showAllSymbol: true,
        color: PALETTE[0],
        lineStyle: { width: 2 },
        areaStyle: { opacity: 0.12 },
        data: input.amounts.map((value, index) => ({
          value,
          symbol: index === last ? 'circle' : 'none',
          symbolSize: 9,
          ...(index === last ? { itemStyle: { color: ACCENT } } : {}),
          label: {
            show: index === last,
            position: 'right',
            ...text,
            formatter: ({ value: amount }: { value: number }) => amountLabel(amount, input.unit === 'USD' ? 'USD' : ''),
          },
        })),
        ...(input.expected === null ? {} : { markLine: mark }),
      },
    ],
  };
}
