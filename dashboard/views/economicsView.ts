import { countBars } from '../../charts/index.js';
import { type Html, html } from '../html.js';
import { costClasses, economicsRows } from '../shared/economics.js';
import { economicsSentence } from '../shared/economicsSentence.js';
import { countText, moneyText, quantityText } from '../shared/format.js';
import { provenance } from '../shared/provenance.js';
import { cell, column, figure, type StaticPage, source, table, tenantName } from './StaticPage.js';

/** Rows without a script. */
const LISTED = 20;

/** What tenants cost and bring. */
export function economicsView({ data, selected }: StaticPage): Html {
  const { economics } = data;
  if (economics === null || economics.tenants.length === 0) {
    return html`<p class="empty">Nothing was used at a price in this window.</p>`;
  }
  const rows = economicsRows(data, selected);
  const { currency, source: from } = economics;
  const money = (text: string | null): string => (text === null ? 'n/a' : moneyText(Number(text), currency));
  const [meter = ''] = selected.window.value.request_meters;
  return html`<p>${economicsSentence(economics, money(economics.allocated), money(economics.unallocated))}</p>
${figure(`${from === 'allocated' ? 'Margin' : 'Cost'} by number of tenants, ${currency}`, countBars({ classes: costClasses(rows, currency) }), 240, 'e')}
${table(
  `Costliest tenants, ${currency}: ${economics.period}`,
  [
    column('tenant'),
    column('cost', 'n'),
    column('billed', 'n'),
    column('margin', 'n'),
    column(meter === '' ? 'requests' : meter, 'n'),
    column('USD at list price per 1,000', 'n'),
  ],
  rows
    .slice(0, LISTED)
    .map(
      (row) =>
        html`<tr><th scope="row">${tenantName(data, row.tenant)}</th>${cell(money(row.cost), 'n', row.cost)}${cell(money(row.billed), 'n', row.billed ?? undefined)}${cell(money(row.margin), 'n', row.margin ?? undefined)}${cell(row.requests === null ? 'n/a' : quantityText(Number(row.requests)), 'n', row.requests ?? undefined)}${cell(row.perThousand === null ? 'n/a' : moneyText(row.perThousand, 'USD'), 'n')}</tr>`,
    ),
)}
${rows.length > LISTED ? html`<p class="soft">${countText(rows.length - LISTED)} tenants with less are not listed here.</p>` : ''}
<p class="soft">${provenance(data, selected.window, `${currency}, ${economics.period}`)}</p>
${source(economics.command)}`;
}
