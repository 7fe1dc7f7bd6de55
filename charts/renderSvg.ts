import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { LegacyGridContainLabel } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { INK } from './chartParts.js';

echarts.use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  LegacyGridContainLabel,
  SVGRenderer,
]);

/**
 * Draws an ECharts option as an SVG text, without a browser. Its own ids count up in the
 * process and are replaced, so that equal data gives equal bytes; the page's style must be the only one.
 */
export function renderSvg(
  option: echarts.EChartsCoreOption,
  size: {
    readonly width: number;
    readonly height: number;
    /** Unique in the page: ids inside the drawing begin with it. */
    readonly idPrefix: string;
  },
): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: size.width, height: size.height });
  try {
    chart.setOption({ ...option, animation: false });
    return withoutStyle(chart.renderToSVGString(), size.idPrefix).replaceAll(INK, 'currentColor');
  } finally {
    chart.dispose();
  }
}

/** A strict content security policy blocks inline styles; the same properties are attributes in SVG. */
function withoutStyle(svg: string, idPrefix: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ style="([^"]*)"/g, (_, css: string) =>
      css
        .split(';')
        .map((rule) => rule.split(':').map((part) => part.trim()))
        .filter(([name, value]) => SVG_ATTRIBUTES.has(name ?? '') && value !== undefined)
        .map(([name, value]) => ` ${name}="${value}"`)
        .join(''),
    )
    .replace(/ class="[^"]*"/g, '')
    .replace(/zr\d+-/g, `${idPrefix}-`);
}

const SVG_ATTRIBUTES = new Set([
  'font-size',
  'font-family',
  'font-weight',
  'fill',
  'stroke',
  'text-anchor',
  'dominant-baseline',
]);
