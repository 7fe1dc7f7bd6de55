import type { ServiceData } from '../../DashboardData.js';
import { amountText, countText, moneyText, percentText, timesText } from '../../shared/format.js';
import { basisText, provenance, shareCommand } from '../../shared/provenance.js';
import { ownPlace, PAGE_ROWS, type RankingRow, rankingRows, standingText } from '../../shared/ranking.js';
import { rankingCsv } from '../../shared/rankingCsv.js';
import type { Selection } from '../../shared/Selection.js';
import { button, type Child, el, svg } from '../dom.js';
import type { Page, View } from '../Page.js';
import { cell, empty, soft, source, spark, table, tenantLink } from '../parts.js';

/** All tenants of a service: sorted, sought, paged. */
export const ranking: View = {
  by: ['window', 'service', 'tenant', 'plan', 'cell', 'find', 'sort', 'order', 'page'],
  draw: (page) => {
    const { data, selected } = page;
    const { service, window, selection } = selected;
    if (service === undefined) return empty('No usage in this window.');
    const rows = rankingRows(data, selected);
    const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
    const at = Math.min(selection.page, pages);
    const shown = rows.slice((at - 1) * PAGE_ROWS, at * PAGE_ROWS);
    const hours = new Map(service.series.map(({ tenant, amounts }) => [tenant, amounts]));
    return [
      controls(page, rows, service, at, pages),
      rows.length === 0
        ? empty('No tenant is of that plan and cell, or has that in its name. Reset the filters to see all.')
        : table(
            `${service.service}: ${basisText(service)}. Rows ${countText((at - 1) * PAGE_ROWS + 1)} to ${countText((at - 1) * PAGE_ROWS + shown.length)} of ${countText(rows.length)}`,
            head(page, service),
            shown.map((row) => line(page, row, service, hours.get(row.tenant))),
          ),
      soft(
        'Band: the middle half of the peers as a bar, their 95th percentile as a line, the tenant as a mark. Peers are the customers of the same plan, or all where those are fewer than eight. Hours are drawn of the greatest tenants and of those something was found of.',
      ),
      soft(provenance(data, window, basisText(service), window.completeness_with_before)),
      source(shareCommand(data, window, service)),
    ];
  },
};

function controls(page: Page, rows: readonly RankingRow[], service: ServiceData, at: number, pages: number): Child {
  const find = el('input', { id: 'find', type: 'search', value: page.selected.selection.find, size: 20 });
  find.addEventListener('input', () => page.go({ find: find.value, page: 1 }, 'replace'));
  const csv = button('Download CSV', { id: 'csv' }, () =>
    download(rankingCsv(page.data, rows, service), `${service.service}.csv`),
  );
  return el(
    'div',
    { class: 'controls' },
    page.data.audience.kind === 'tenant' ? null : el('label', { for: 'find' }, 'Find in the ranking', find),
    button('Previous', { id: 'previous', disabled: at <= 1 }, () => page.go({ page: at - 1 })),
    el('span', {}, `page ${at} of ${pages}`),
    button('Next', { id: 'next', disabled: at >= pages }, () => page.go({ page: at + 1 })),
    csv,
  );
}

function download(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = el('a', { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

function head(page: Page, service: ServiceData): readonly Child[] {
  const { data } = page;
  const margins = data.economics?.source === 'allocated';
  const plain = (name: string, kind = ''): Child => el('th', { scope: 'col', class: kind || null }, name);
  return [
    data.audience.kind === 'tenant' ? null : plain('rank', 'n'),
    sortable(page, 'tenant', 'tenant'),
    data.plans.length > 0 ? plain('plan', 'roomy') : null,
    plain('hours', 'roomy'),
    sortable(page, 'amount', `amount, ${service.unit}`, 'n'),
    sortable(page, 'share', 'share', 'n'),
    plain('window before', 'n'),
    sortable(page, 'change', 'change', 'n'),
    sortable(page, 'peers', 'times peers', 'n'),
    plain('among peers'),
    sortable(page, 'value', 'all services, USD at list price', 'n'),
    data.bill === null ? null : sortable(page, 'billed', `billed ${data.bill.period}, ${data.bill.currency}`, 'n'),
    margins ? plain(`margin ${data.economics?.currency}`, 'n') : null,
  ];
}

function sortable(page: Page, sort: Selection['sort'], label: string, kind = ''): Child {
  const { selection } = page.selected;
  const now = selection.sort === sort;
  const down = now && selection.order === 'down';
  const ascends = sort === 'tenant' ? down : !down;
  const act = button(`${label}${now ? (ascends ? ' ▲' : ' ▼') : ''}`, { id: `sort-${sort}` }, () =>
    page.go({ sort, order: down ? 'up' : 'down', page: 1 }),
  );
  return el(
    'th',
    { scope: 'col', class: kind || null, 'aria-sort': now ? (ascends ? 'ascending' : 'descending') : 'none' },
    act,
  );
}

function line(page: Page, row: RankingRow, service: ServiceData, hours: readonly (number | null)[] | undefined): Child {
  const { data, selected } = page;
  const { tenants, plans } = data;
  const currency = data.bill?.currency ?? 'USD';
  const id = tenants.ids[row.tenant] ?? '';
  const money = (text: string | null, unit: string): string => (text === null ? 'n/a' : moneyText(Number(text), unit));
  return el(
    'tr',
    { class: row.tenant === selected.tenant ? 'chosen' : null, 'data-tenant': id },
    data.audience.kind === 'tenant' ? null : cell(countText(row.rank), 'n'),
    el('th', { scope: 'row' }, tenantLink(page, row.tenant)),
    plans.length > 0 ? cell(plans[tenants.plan[row.tenant] ?? -1] ?? '', 'roomy') : null,
    cell(hours === undefined ? '' : spark(hours, `hours of ${id}`), 'roomy'),
    cell(amountText(row.amount, service.unit), 'n', row.amount),
    cell(percentText(row.share), 'n', row.share === null ? null : String(row.share)),
    cell(percentText(row.shareBefore), 'n', row.shareBefore === null ? null : String(row.shareBefore)),
    cell(timesText(row.timesBefore), 'n', row.timesBefore === null ? null : String(row.timesBefore)),
    cell(timesText(row.timesPeers), 'n', row.timesPeers === null ? null : String(row.timesPeers)),
    cell([bandMark(row), standingText(row.standing, ownPlace(data, row))]),
    cell(money(row.usd, 'USD'), 'n', row.usd),
    data.bill === null ? null : cell(money(row.billed, currency), 'n', row.billed),
    data.economics?.source === 'allocated'
      ? cell(
          money(row.margin, data.economics.currency),
          row.margin?.startsWith('-') === true ? 'n loss' : 'n',
          row.margin,
        )
      : null,
  );
}

/** The band of the peers and the tenant in it; whoever has more than two and a half times their 75th percentile is at its end. */
function bandMark({ share, band, standing }: RankingRow): Child {
  if (band === undefined || share === null) return null;
  const most = Math.max(band.p75 * 2.5, 1e-12);
  const x = (value: number): number => Math.min(94, (value / most) * 94);
  return svg(
    'svg',
    { class: 'meter', viewBox: '0 0 96 12', 'aria-hidden': 'true' },
    svg('rect', { x: 0, y: 5, width: 96, height: 2, fill: 'currentColor', opacity: 0.2 }),
    svg('rect', {
      x: x(band.p25),
      y: 3,
      width: Math.max(1, x(band.p75) - x(band.p25)),
      height: 6,
      fill: 'currentColor',
      opacity: 0.35,
    }),
    band.p95 === null ? null : svg('rect', { x: x(band.p95), y: 1, width: 1, height: 10, fill: 'currentColor' }),
    svg('path', {
      d: `M${x(share).toFixed(1)} 0l4 6l-4 6l-4 -6z`,
      class: (standing?.above ?? 0) >= 0.95 ? 'mark out' : 'mark',
    }),
  );
}
