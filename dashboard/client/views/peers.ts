import { comparedBand, rankOption } from '../../shared/chartInputs.js';
import { amountText, countText, percentText, smallShareText } from '../../shared/format.js';
import { basisText, provenance, shareCommand } from '../../shared/provenance.js';
import { standings, standingText } from '../../shared/ranking.js';
import { shareSummary } from '../../shared/shareSummary.js';
import { chart } from '../chart.js';
import { type Child, el } from '../dom.js';
import type { Page, View } from '../Page.js';
import { cell, column, empty, soft, source, table, tenantText } from '../parts.js';

/** Where a tenant stands among its peers. */
export const peers: View = {
  by: ['window', 'service', 'tenant', 'plan', 'cell'],
  draw: (page) => {
    const { data, selected } = page;
    const { service, window } = selected;
    if (service === undefined) return empty('No usage in this window.');
    return [
      el('h3', {}, service.service),
      el('p', {}, positionText(page)),
      data.audience.kind === 'platform' ? plot(page) : null,
      service.bands.length === 0
        ? empty('No band: fewer than five tenants to compare with, and of fewer a percentile would be somebody.')
        : bandTable(page),
      soft(provenance(data, window, `share of ${service.service} (${basisText(service)})`)),
      source(shareCommand(data, window, service)),
    ];
  },
};

function positionText({ data, selected }: Page): string {
  const { service, tenant } = selected;
  if (service === undefined) return '';
  const at = tenant === undefined ? -1 : service.rows.tenant.indexOf(tenant);
  // Of a customer's page the summary says all there is: it knows no rank.
  if (tenant === undefined || data.audience.kind === 'tenant') return shareSummary(data, service);
  const id = tenantText(data, tenant);
  if (at < 0) return `${id} did not use ${service.service} in this window, nor in the one before.`;
  const share = service.rows.share[at] ?? null;
  const band = comparedBand(data, selected, service);
  const group =
    band === undefined ? '' : band.plan < 0 ? ' among all customers' : ` on plan ${data.plans[band.plan] ?? ''}`;
  return `${id}: rank ${countText(at + 1)}, ${percentText(share)} of ${service.service} (${amountText(service.rows.amount[at] ?? '0', service.unit)}); ${standingText(standings(data, service).get(tenant))}${group}.`;
}

function plot(page: Page): Child {
  const { data, selected } = page;
  const { service } = selected;
  if (service === undefined) return null;
  const { option, tenants } = rankOption(data, selected, service);
  const groups = [
    tenants.filter(({ mark, faint, share }) => mark === undefined && faint !== true && share > 0),
    tenants.filter(({ mark, faint, share }) => mark === undefined && faint === true && share > 0),
    tenants.filter(({ mark, share }) => mark !== undefined && share > 0),
  ];
  const points = groups.flatMap((group, series) =>
    group.map(({ name, place, rank, share }, index) => ({
      series,
      index,
      rank,
      place,
      text: () => `rank ${countText(rank)}: ${name}, ${percentText(share)}`,
    })),
  );
  points.sort((a, b) => a.rank - b.rank);
  return [
    el(
      'p',
      { class: 'soft' },
      `Every tenant by rank (across) and share (up), both on logarithmic axes; ${countText(points.length)} used it. Diamond: the tenant chosen. Triangle: something was found. Dashed: percentiles of the peers. Click a point to choose its tenant.`,
    ),
    chart(page, {
      label: `Tenants of ${service.service} by rank and share. ${positionText(page)}`,
      option,
      height: 360,
      trigger: 'item',
      format: (value) => `${value.toPrecision(3)} %`,
      points,
      onChoose: (point) => {
        const chosen = points.find(({ series, index }) => series === point.series && index === point.index);
        if (chosen !== undefined) page.go({ tenant: data.tenants.ids[chosen.place] ?? '', view: 'peers' });
      },
    }),
  ];
}

function bandTable({ data, selected }: Page): Child {
  const { service } = selected;
  const platform = data.audience.kind === 'platform';
  return table(
    `${service?.service}: share of one tenant, percentiles${platform ? '' : ' of the others, rounded'}`,
    [column('peers'), column('tenants', 'n'), ...['p25', 'p50', 'p75', 'p95', 'p99'].map((name) => column(name, 'n'))],
    (service?.bands ?? []).map((band) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, band.plan < 0 ? 'all customers' : `plan ${data.plans[band.plan] ?? ''}`),
        cell(platform ? countText(band.tenants) : `${band.tenants} or more`, 'n'),
        ...[band.p25, band.p50, band.p75, band.p95, band.p99].map((share) =>
          cell(platform ? smallShareText(share) : percentText(share), 'n'),
        ),
      ),
    ),
  );
}
