import type { EChartsCoreOption } from 'echarts/core';
import { amountAxis, text } from './chartParts.js';
import { ACCENT, PALETTE } from './palette.js';

/** How many tenants lie in each class of a figure; classes below zero are marked, by colour and by their own name. */
export function countBars(input: {
  readonly classes: readonly { readonly label: string; readonly count: number; readonly marked: boolean }[];
}): EChartsCoreOption {
  return {
    grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
    xAxis: {
      type: 'category',
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true },
      data: input.classes.map(({ label }) => label),
    },
    yAxis: { ...amountAxis('tenants'), minInterval: 1 },
    series: [
      {
        type: 'bar',
        name: 'tenants',
        barCategoryGap: '10%',
        data: input.classes.map(({ count, marked }) => ({
          value: count,
          itemStyle: { color: marked ? ACCENT : PALETTE[0] },
        })),
        label: {
          show: true,
          position: 'top',
          ...text,
          formatter: ({ value }: { value: number }) => (value === 0 ? '' : String(value)),
        },
      },
    ],
  };
}
