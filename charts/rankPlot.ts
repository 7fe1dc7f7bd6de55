import type { EChartsCoreOption } from 'echarts/core';
import { INK, text } from './chartParts.js';
import { ACCENT, PALETTE } from './palette.js';

/** One tenant of a {@link rankPlot}. Shares are 0 to 1. */
export interface RankedTenant {
  readonly name: string;
  readonly rank: number;
  readonly share: number;
  /** `chosen` and `flagged` are drawn in another shape and colour and, unless they are many, larger; the chosen and a few flagged are named. */
  readonly mark?: 'chosen' | 'flagged';
  /** Not one of the peers that are compared with at present. */
  readonly faint?: boolean;
}

/** Flagged tenants that are named, the first by rank: names of more stand on each other. */
const NAMED = 5;
/** From so many on they are drawn small, so that the curve is still seen. */
const CROWDED = 50;

/**
 * Every tenant of a service as a point, rank against share, both axes logarithmic: a straight line is a fleet that is heavy-tailed
 * by nature, a point above it stands out. Lines are percentiles of the peers. Tenants without usage have no place on it.
 */
export function rankPlot(input: {
  readonly tenants: readonly RankedTenant[];
  readonly lines: readonly { readonly name: string; readonly share: number }[];
}): EChartsCoreOption {
  const drawn = input.tenants.filter(({ share }) => share > 0);
  const point = (tenant: RankedTenant) => ({
    name: tenant.name,
    value: [tenant.rank, tenant.share * 100],
  });
  // Drawn as one path: ten thousand marks of their own would take a second.
  const large = drawn.length > 1000 ? { large: true, largeThreshold: 1000 } : {};
  const marked = drawn.filter(({ mark }) => mark !== undefined);
  const named = new Set(marked.filter(({ mark }) => mark === 'flagged').slice(0, NAMED));
  const plain = drawn.filter(({ mark }) => mark === undefined);
  const axis = {
    type: 'log',
    axisLabel: text,
    nameTextStyle: text,
    splitLine: { lineStyle: { color: INK, opacity: 0.12 } },
  };
  return {
    grid: { left: 8, right: 72, top: 32, bottom: 28, containLabel: true },
    xAxis: { ...axis, name: 'rank', nameLocation: 'middle', nameGap: 24, min: 1 },
    yAxis: { ...axis, name: 'share, %', nameTextStyle: { ...text, align: 'left' } },
    series: [
      {
        type: 'scatter',
        name: 'peers',
        ...large,
        symbolSize: drawn.length > 500 ? 4 : 8,
        itemStyle: { color: PALETTE[0], opacity: 0.75 },
        data: plain.filter(({ faint }) => faint !== true).map(point),
        markLine: {
          symbol: 'none',
          silent: true,
          precision: 6,
          lineStyle: { color: INK, type: 'dashed', opacity: 0.7 },
          label: { ...text, position: 'end', formatter: (line: { name: string }) => line.name },
          data: input.lines.filter(({ share }) => share > 0).map(({ name, share }) => ({ name, yAxis: share * 100 })),
        },
      },
      {
        type: 'scatter',
        name: 'other plans',
        ...large,
        symbolSize: drawn.length > 500 ? 3 : 6,
        itemStyle: { color: INK, opacity: 0.25 },
        data: plain.filter(({ faint }) => faint === true).map(point),
      },
      {
        type: 'scatter',
        name: 'marked',
        symbol: 'triangle',
        symbolSize: marked.length > CROWDED ? 7 : 14,
        itemStyle: { color: ACCENT, opacity: 1 },
        label: { show: true, position: 'right', ...text, formatter: (dot: { name: string }) => dot.name },
        data: marked.map((tenant) => ({
          ...point(tenant),
          ...(tenant.mark === 'chosen' ? { symbol: 'diamond', symbolSize: 18 } : {}),
          ...(tenant.mark === 'chosen' || named.has(tenant) ? {} : { label: { show: false } }),
        })),
      },
    ],
  };
}
