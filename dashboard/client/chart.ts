import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { LegacyGridContainLabel } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { INK } from '../../charts/index.js';
import { type Child, el } from './dom.js';
import type { Page } from './Page.js';

echarts.use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  LegacyGridContainLabel,
  CanvasRenderer,
]);

/** A point that can be reached with arrows, and what it says. */
export interface ChartPoint {
  readonly series: number;
  readonly index: number;
  /** Written when it is asked for: there may be ten thousand. */
  readonly text: () => string;
}

/** What a chart is, beside how it is drawn. */
export interface ChartRequest {
  readonly label: string;
  readonly option: echarts.EChartsCoreOption;
  readonly height: number;
  readonly points: readonly ChartPoint[];
  /** Called for a point that is clicked, or chosen with Enter. */
  readonly onChoose?: (point: ChartPoint) => void;
  /** Tooltips of all series at one place of the axis, or of one point. */
  readonly trigger: 'axis' | 'item';
  readonly format: (value: number) => string;
}

/**
 * A chart on a canvas: tooltips are drawn, not written as markup, which the page's policy would refuse. Reached with Tab; arrows go
 * from point to point, what a point says is told beneath, Escape leaves it.
 */
export function chart(page: Page, request: ChartRequest): Child {
  const box = el('div', {
    class: 'chart',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'chart',
    'aria-label': `${request.label} Arrow keys go from point to point.`,
  });
  box.style.height = `${request.height}px`;
  const said = el('p', { class: 'said', 'aria-live': 'polite' });
  page.attached(() => draw(box, said, request));
  return [box, said];
}

function draw(box: HTMLElement, said: HTMLElement, request: ChartRequest): () => void {
  const drawing = echarts.init(box, null, {
    renderer: 'canvas',
    devicePixelRatio: Math.max(2, window.devicePixelRatio),
  });
  const paint = (): void =>
    drawing.setOption(themed({ ...request.option, ...tooltip(request), animation: false }), true);
  paint();
  const canvas = box.querySelector('canvas');
  canvas?.setAttribute('aria-hidden', 'true');
  let at = -1;
  const tell = (next: number): void => {
    at = next;
    const point = request.points[at];
    said.textContent = point?.text() ?? '';
    if (point === undefined) drawing.dispatchAction({ type: 'hideTip' });
    else drawing.dispatchAction({ type: 'showTip', seriesIndex: point.series, dataIndex: point.index });
  };
  box.addEventListener('keydown', (event) => {
    const last = request.points.length - 1;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const chosen = request.points[at];
    if (step !== undefined) tell(Math.min(last, Math.max(0, at + step)));
    else if (event.key === 'Home') tell(0);
    else if (event.key === 'End') tell(last);
    else if (event.key === 'Escape') tell(-1);
    else if (event.key === 'Enter' && chosen !== undefined) request.onChoose?.(chosen);
    else return;
    event.preventDefault();
  });
  drawing.on('click', ({ seriesIndex, dataIndex }: { seriesIndex?: number; dataIndex?: number }) => {
    const point = request.points.find(({ series, index }) => series === seriesIndex && index === dataIndex);
    if (point !== undefined) request.onChoose?.(point);
  });
  const size = new ResizeObserver(() => {
    // It tells the size it begins with as well, and to draw that again would take as long as the first time.
    if (box.clientWidth !== drawing.getWidth() || box.clientHeight !== drawing.getHeight()) drawing.resize();
  });
  size.observe(box);
  document.addEventListener('themechange', paint);
  return () => {
    size.disconnect();
    document.removeEventListener('themechange', paint);
    drawing.dispose();
  };
}

function tooltip({ trigger, format }: ChartRequest): echarts.EChartsCoreOption {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    tooltip: {
      trigger,
      renderMode: 'richText',
      confine: true,
      order: 'valueDesc',
      backgroundColor: of('--panel'),
      borderColor: of('--edge'),
      textStyle: { color: of('--ink'), fontSize: 12 },
      valueFormatter: (value: unknown) => {
        const number = Array.isArray(value) ? value.at(-1) : value;
        return typeof number === 'number' ? format(number) : 'no data';
      },
    },
  };
}

/** Lists longer than this are data alone. */
const PLAIN = 1000;

/** The option in the colours of the page: what stands for its ink becomes its ink. */
function themed(option: echarts.EChartsCoreOption): echarts.EChartsCoreOption {
  const ink = getComputedStyle(document.documentElement).getPropertyValue('--ink').trim();
  const walk = (value: unknown): unknown => {
    if (value === INK) return ink;
    // Ten thousand points have no colours of their own.
    if (Array.isArray(value)) return value.length > PLAIN ? value : value.map(walk);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, walk(own)]));
    return value;
  };
  return walk(option) as echarts.EChartsCoreOption;
}
