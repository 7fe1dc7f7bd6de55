import { overviewTiles } from '../../shared/overview.js';
import { reportCommand } from '../../shared/reportCommand.js';
import { el } from '../dom.js';
import type { View } from '../Page.js';
import { source } from '../parts.js';

/** The figures seen first. */
export const overview: View = {
  by: ['window', 'plan', 'cell'],
  draw: ({ data, selected }) => [
    el(
      'dl',
      { class: 'tiles' },
      ...overviewTiles(data, selected).map(({ label, value, note, exact, alert }) =>
        el(
          'div',
          { class: alert === true ? 'tile alert' : 'tile' },
          el('dt', {}, label),
          el('dd', { class: 'figure', 'data-exact': exact, title: exact }, value),
          el('dd', { class: 'soft' }, note),
        ),
      ),
    ),
    data.audience.kind === 'tenant'
      ? null
      : source(
          reportCommand('service-by-tenant-matrix', {}, selected.window.window, data.flags),
          'Usage at list price',
        ),
  ],
};
