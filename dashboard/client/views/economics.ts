import { countBars } from '../../../charts/index.js';
import { costClasses, type EconomicsRow, economicsRows } from '../../shared/economics.js';
import { economicsSentence } from '../../shared/economicsSentence.js';
import { countText, moneyText, quantityText } from '../../shared/format.js';
import { provenance } from '../../shared/provenance.js';
import { chart } from '../chart.js';
import { type Child, el } from '../dom.js';
import type { Page, View } from '../Page.js';
import { cell, column, disclosure, empty, soft, source, table, tenantLink } from '../parts.js';

/** Rows at once, and after a press. */
const SHOWN = 20;
const MORE = 200;

/** What tenants cost and bring. */
export const economics: View = {
  by: ['window', 'tenant', 'plan', 'cell'],
  draw: (page) => {
    const { data, selected } = page;
    const figures = data.economics;
    const rows = economicsRows(data, selected);
    if (figures === null || rows.length === 0)
      return empty(
        selected.selection.plan === '' && selected.selection.cell === ''
          ? 'Nothing was used at a price in this window.'
          : 'No customer of this plan and cell used anything at a price.',
      );
    const { currency } = figures;
    const money = (text: string): string => moneyText(Number(text), currency);
    const classes = costClasses(rows, currency);
    const losing = rows.filter(({ margin }) => margin?.startsWith('-') === true);
    const what = figures.source === 'allocated' ? 'Margin' : 'Cost';
    return [
      el('p', {}, economicsSentence(figures, money(figures.allocated), money(figures.unallocated))),
      figures.source === 'allocated'
        ? el(
            'p',
            { class: losing.length > 0 ? 'loss' : null },
            `${countText(losing.length)} of ${countText(rows.length)} tenants cost more than they are billed${losing.length > 0 ? ': ' : '.'}`,
            losing.slice(0, 10).map(({ tenant }) => [tenantLink(page, tenant), ' ']),
          )
        : null,
      chart(page, {
        label: `${what} by number of tenants, ${currency}.`,
        option: countBars({ classes }),
        height: 260,
        trigger: 'axis',
        format: (value) => `${value} tenants`,
        points: classes.map(({ label, count }, index) => ({
          series: 0,
          index,
          text: () => `${label}: ${countText(count)} tenants`,
        })),
      }),
      list(page, rows.slice(0, SHOWN), `Costliest tenants, ${currency}: ${figures.period}`),
      rows.length > SHOWN
        ? disclosure(`${countText(Math.min(rows.length, MORE) - SHOWN)} more`, () =>
            list(page, rows.slice(SHOWN, MORE), 'More tenants'),
          )
        : null,
      rows.length > MORE
        ? soft(`${countText(rows.length - MORE)} with less are not listed; the ranking has them all.`)
        : null,
      soft(provenance(data, selected.window, `${currency}, ${figures.period}`)),
      source(figures.command),
    ];
  },
};

function list(page: Page, rows: readonly EconomicsRow[], caption: string): Child {
  const { data, selected } = page;
  const { currency = 'USD' } = data.economics ?? {};
  const [meter = 'requests'] = selected.window.value.request_meters;
  const money = (text: string | null): string => (text === null ? 'n/a' : moneyText(Number(text), currency));
  return table(
    caption,
    [
      column('tenant'),
      column('cost', 'n'),
      column('billed', 'n'),
      data.economics?.source === 'allocated' ? column('margin', 'n') : null,
      column(meter, 'n'),
      column('USD at list price per 1,000', 'n'),
    ],
    rows.map((row) =>
      el(
        'tr',
        { class: row.margin?.startsWith('-') === true ? 'loss' : null },
        el('th', { scope: 'row' }, tenantLink(page, row.tenant)),
        cell(money(row.cost), 'n', row.cost),
        cell(money(row.billed), 'n', row.billed),
        data.economics?.source === 'allocated' ? cell(money(row.margin), 'n', row.margin) : null,
        cell(row.requests === null ? 'n/a' : quantityText(Number(row.requests)), 'n', row.requests),
        cell(row.perThousand === null ? 'n/a' : moneyText(row.perThousand, 'USD'), 'n'),
      ),
    ),
  );
}
