import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { LegacyGridContainLabel } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([
  BarChart,
  LineChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  LegacyGridContainLabel,
  SVGRenderer,
]);

/**
 * Draws an ECharts option as an SVG text, without a browser. Ids and classes are taken out of the output: they count up
 * in the process, and the page's own style must be the only one.
 */
export function renderSvg(
  option: echarts.EChartsCoreOption,
  size: { readonly width: number; readonly height: number },
): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ ...option, animation: false });
    return withoutStyle(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** A strict content security policy blocks inline styles; the same properties are attributes in SVG. */
function withoutStyle(svg: string): string {
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
    .replace(/zr\d+-/g, 'z-');
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
