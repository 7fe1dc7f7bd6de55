import { INK, type OverTimeSeries, REST } from '../../../charts/index.js';
import { hourLabels, incompleteHours, overTimeOption, overTimeSeries } from '../../shared/chartInputs.js';
import { amountText, instantText, percentText } from '../../shared/format.js';
import { basisText, provenance, shareCommand } from '../../shared/provenance.js';
import { shareSummary } from '../../shared/shareSummary.js';
import { chart } from '../chart.js';
import { button, type Child, el, svg } from '../dom.js';
import type { Page, View } from '../Page.js';
import { cell, column, disclosure, empty, soft, source, table } from '../parts.js';

/** Who had which part of a service, hour by hour. */
export const share: View = {
  by: ['window', 'service', 'tenant', 'plan', 'cell', 'scale'],
  draw: (page) => {
    const { data, selected } = page;
    const { service, window, selection } = selected;
    if (service === undefined) return empty('No usage in this window.');
    const series = overTimeSeries(data, selected, service);
    const asShare = selection.scale === 'share' && service.total !== null;
    const figure = (value: number | null): string =>
      value === null ? 'no data' : asShare ? percentText(value) : amountText(String(value), service.unit);
    const hours = window.hours.map(({ hour }) => `${instantText(hour)} UTC`);
    const doubts = incompleteHours(window);
    return [
      el('h3', {}, service.service),
      el('p', {}, shareSummary(data, service)),
      service.total === null
        ? null
        : el(
            'div',
            { class: 'controls', role: 'group', 'aria-label': 'Scale' },
            scaleButton(page, 'share', '100 %'),
            scaleButton(page, 'amount', 'Absolute'),
          ),
      legend(series),
      chart(page, {
        label: `${service.service} by hour, UTC. ${shareSummary(data, service)}`,
        option: overTimeOption(selected, service, series),
        height: 320,
        trigger: 'axis',
        format: figure,
        points: hours.map((hour, index) => ({
          series: 0,
          index,
          text: () =>
            `${hour}${doubts[index] === true ? ', incomplete' : ''}: ${series.map((one) => `${one.name} ${figure(one.shares[index] ?? null)}`).join(', ')}`,
        })),
      }),
      disclosure('View as table', () =>
        table(
          `${service.service} by hour, ${asShare ? 'share' : basisText(service)}`,
          [column('hour, UTC'), ...series.map(({ name }) => column(name, 'n')), column('data')],
          hourLabels(window).map((_, index) =>
            el(
              'tr',
              {},
              el('th', { scope: 'row' }, instantText(window.hours[index]?.hour ?? 0)),
              ...series.map((one) => cell(figure(one.shares[index] ?? null), 'n')),
              cell(window.hours[index]?.state ?? ''),
            ),
          ),
        ),
      ),
      soft(provenance(data, window, basisText(service), window.completeness_with_before)),
      service.warnings.length === 0
        ? null
        : el('ul', { class: 'warnings' }, ...service.warnings.map((warning) => el('li', {}, warning))),
      source(shareCommand(data, window, service)),
    ];
  },
};

function scaleButton(page: Page, scale: 'share' | 'amount', label: string): Child {
  const pressed = page.selected.selection.scale === scale;
  return button(label, { id: `scale-${scale}`, 'aria-pressed': String(pressed) }, () => page.go({ scale }));
}

function legend(series: readonly OverTimeSeries[]): Child {
  return el(
    'ul',
    { class: 'legend' },
    ...series.map((one) => {
      const colour = one.rest ? REST : one.colour === INK ? 'currentColor' : (one.colour ?? REST);
      const swatch = svg(
        'svg',
        { width: 12, height: 12, 'aria-hidden': 'true' },
        svg('rect', { width: 12, height: 12, fill: colour }),
      );
      return el('li', {}, swatch, ` ${one.flagged ? '▲ ' : ''}${one.name}`);
    }),
  );
}
