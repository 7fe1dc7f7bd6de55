import type { ServiceData } from '../DashboardData.js';
import { type Html, html } from '../html.js';
import { amountText, countText, moneyText, percentText, timesText } from '../shared/format.js';
import { basisText, provenance, shareCommand } from '../shared/provenance.js';
import { ownPlace, rankingRows, standingText } from '../shared/ranking.js';
import { cell, column, type StaticPage, source, table, tenantName } from './StaticPage.js';

/** Rows of each service without a script; the rest is one row. */
const LISTED = 50;

/** The ranking of every service; with a script there is one, with all rows. */
export function rankingView(page: StaticPage): Html {
  const { services } = page.selected.window;
  if (services.length === 0) return html`<p class="empty">No usage in this window.</p>`;
  return html`${services.map((service) => ofService(page, service))}`;
}

function ofService({ data, selected }: StaticPage, service: ServiceData): Html {
  const rows = rankingRows(data, { ...selected, service });
  const customer = data.audience.kind === 'tenant';
  const rest = rows.slice(LISTED);
  const restShare = rest.reduce((sum, { share }) => sum + (share ?? 0), 0);
  const currency = data.bill?.currency ?? 'USD';
  return html`${table(
    `${service.service}: ${basisText(service)}, greatest first`,
    [
      ...[
        ...(customer ? [] : [column('rank', 'n')]),
        column('tenant'),
        column(`amount, ${service.unit}`, 'n'),
        column('share', 'n'),
      ],
      ...[column('window before', 'n'), column('change', 'n'), column('times peers', 'n'), column('among peers')],
      column(`billed, ${currency}`, 'n'),
    ],
    [
      ...rows
        .slice(0, LISTED)
        .map(
          (row) =>
            html`<tr>${customer ? '' : cell(String(row.rank), 'n')}<th scope="row">${tenantName(data, row.tenant)}</th>${cell(amountText(row.amount, service.unit), 'n', row.amount)}${cell(percentText(row.share), 'n')}${cell(percentText(row.shareBefore), 'n')}${cell(timesText(row.timesBefore), 'n')}${cell(timesText(row.timesPeers), 'n')}${cell(standingText(row.standing, ownPlace(data, row)))}${cell(row.billed === null ? 'n/a' : moneyText(Number(row.billed), currency), 'n')}</tr>`,
        ),
      ...(rest.length === 0
        ? []
        : [
            html`<tr>${cell('')}<th scope="row">Other (${countText(rest.length)} tenants)</th>${cell('', 'n')}${cell(percentText(restShare), 'n')}${cell('')}${cell('')}${cell('')}${cell('')}${cell('')}</tr>`,
          ]),
    ],
  )}
<p class="soft">${provenance(data, selected.window, basisText(service), selected.window.completeness_with_before)}</p>
${source(shareCommand(data, selected.window, service))}`;
}
