import type { TenantDetail } from '../DashboardData.js';
import { type Html, html } from '../html.js';
import { type CallerDimension, callerRows, callersCommand, callersNote, noCallers } from '../shared/callers.js';
import { baselineOption } from '../shared/chartInputs.js';
import { CORRECTION_COLUMNS, CORRECTIONS, correctionCells } from '../shared/corrections.js';
import { amountText, displayName, instantText, moneyText, percentText, quantityText } from '../shared/format.js';
import { lineageCommand, usageCommand } from '../shared/provenance.js';
import { cell, column, figure, type StaticPage, source, table, tenantName } from './StaticPage.js';

/** Tenants shown closely without a script. */
const SHOWN = 3;

/** The tenants something was found of, or the greatest, looked at closely. */
export function tenantView(page: StaticPage): Html {
  const { details, audience } = page.data;
  if (details.length === 0) return html`<p class="empty">No customer used anything in this window.</p>`;
  const more = details.length - SHOWN;
  return html`${details.slice(0, SHOWN).map((detail, place) => oneTenant(page, detail, place))}${
    audience.kind === 'platform' && more > 0
      ? html`<p class="soft">${more} more tenants can be chosen where scripts run.</p>`
      : ''
  }`;
}

function oneTenant(page: StaticPage, detail: TenantDetail, place: number): Html {
  const { data, selected } = page;
  const id = data.tenants.ids[detail.tenant] ?? '';
  return html`<h3>${tenantName(data, detail.tenant)}</h3>
${detail.services.map((own, at) => {
  const option = baselineOption(data, selected.window, detail, at);
  const unit = selected.window.services.find(({ service }) => service === own.service)?.unit ?? '';
  const past =
    own.history_days === 0 ? 'no past to compare with' : `usual: the same hours of ${own.history_days} days before`;
  return html`<h4>${own.service}</h4>${option === undefined ? '' : figure(`${own.service} used by ${displayName(id)} by hour, ${unit}; ${past}`, option, 240, `t${place}x${at}`)}
<p class="soft">${past}</p>
${(['users', 'endpoints'] as const).map((dimension) => callers(page, own, dimension, unit))}${[
  own.operations,
  own.resources,
].map((entries, dimension) =>
  entries.length === 0
    ? ''
    : table(
        `${own.service}: top ${dimension === 0 ? 'operations' : 'resources'}`,
        [column('name'), column(unit, 'n'), column('part', 'n')],
        entries.map(
          (entry) =>
            html`<tr><th scope="row"><bdi>${displayName(entry.name, 80)}</bdi></th>${cell(amountText(entry.amount, unit), 'n', entry.amount)}${cell(percentText(entry.part), 'n')}</tr>`,
        ),
      ),
)}`;
})}
${quotas(detail)}${bill(page, detail)}${corrections(detail)}
${data.callers === null ? '' : html`<p class="soft">${callersNote(data)}</p>${source(callersCommand(data, selected.window, id, 'users'))}${source(callersCommand(data, selected.window, id, 'endpoints'))}`}${source(usageCommand(data, selected.window, id))}`;
}

function callers(
  { data }: StaticPage,
  own: TenantDetail['services'][number],
  dimension: CallerDimension,
  unit: string,
): Html {
  const of = own[dimension];
  if (of === null) return html``;
  const caption = `${own.service}: top ${dimension}`;
  const none = noCallers(of, dimension);
  if (none !== undefined) return html`<p class="soft">${caption}: ${none}</p>`;
  return table(
    caption,
    [column('name'), column(unit, 'n'), column('part', 'n')],
    callerRows(of, dimension, data).map(({ name, printed, amount, part }) => {
      const shown = printed ? html`<bdi>${displayName(name, 80)}</bdi>` : name;
      return html`<tr><th scope="row">${shown}</th>${cell(amountText(amount, unit), 'n', amount)}${cell(percentText(part), 'n')}</tr>`;
    }),
  );
}

function quotas({ quotas: shared }: TenantDetail): Html {
  if (shared.length === 0) return html``;
  return table(
    'Shared limits, in the busiest period of the window',
    [
      column('limit'),
      column('per'),
      column('used', 'n'),
      column('limit', 'n'),
      column('part', 'n'),
      column('busiest, UTC'),
    ],
    shared.map(
      (one) =>
        html`<tr><th scope="row">${one.quota}</th>${cell(one.per)}${cell(quantityText(Number(one.used)), 'n', one.used)}${cell(quantityText(Number(one.limit)), 'n', one.limit)}${cell(percentText(one.share), 'n')}${cell(instantText(one.peak_at))}</tr>`,
    ),
  );
}

function bill({ data }: StaticPage, { tenant }: TenantDetail): Html {
  const own = data.bill?.tenants.find((row) => row.tenant === tenant);
  if (data.bill === null || own === undefined) return html``;
  const { period, currency, status, package: folder } = data.bill;
  const forecast =
    own.forecast === null ? '' : `; at this rate ${moneyText(Number(own.forecast), currency)} for the whole month`;
  return html`${table(
    `Bill of ${period}, ${status}: ${moneyText(Number(own.billed), currency)}${forecast}`,
    [column('line'), column('quantity', 'n'), column(currency, 'n'), column('its usage')],
    own.lines.map((line) => {
      const quantity = line.quantity === null ? '' : `${quantityText(Number(line.quantity))} ${line.unit ?? ''}`;
      const follow = folder !== null && line.charge !== null ? lineageCommand(data, folder, line.charge) : '';
      return html`<tr><th scope="row"><bdi>${displayName(line.description, 80)}</bdi></th>${cell(quantity, 'n', line.quantity ?? undefined)}${cell(moneyText(Number(line.billed), currency), 'n', line.billed)}<td>${follow === '' ? '' : html`<code>${follow}</code>`}</td></tr>`;
    }),
  )}`;
}

function corrections({ corrections: moved }: TenantDetail): Html {
  if (moved.length === 0) return html`<p class="soft">${CORRECTIONS.none}</p>`;
  return table(
    CORRECTIONS.caption,
    CORRECTION_COLUMNS.map(([name, kind]) => column(name, kind)),
    moved.map(
      (one) =>
        html`<tr><th scope="row">${one.service}</th>${correctionCells(one).map(({ text, exact }) => cell(text, exact === undefined ? '' : 'n', exact))}</tr>`,
    ),
  );
}
