import { type Html, html } from '../html.js';
import { rankOption } from '../shared/chartInputs.js';
import { percentText, smallShareText } from '../shared/format.js';
import { shareSummary } from '../shared/shareSummary.js';
import { cell, column, figure, type StaticPage, table } from './StaticPage.js';

/** Points drawn of a service without a script: each is 300 bytes, and ten services with 400 each were a megabyte of marks. */
const POINTS = 200;

/** Where tenants stand among their peers, service by service. */
export function peersView({ data, selected }: StaticPage): Html {
  const { window } = selected;
  if (window.services.length === 0) return html`<p class="empty">No usage in this window.</p>`;
  const platform = data.audience.kind === 'platform';
  return html`${window.services.map((service, place) => {
    const bands = table(
      `${service.service}: share of one tenant, percentiles${platform ? '' : ' of the others, rounded'}`,
      [
        column('peers'),
        column('tenants', 'n'),
        ...['p25', 'p50', 'p75', 'p95', 'p99'].map((name) => column(name, 'n')),
      ],
      service.bands.map(
        (band) =>
          html`<tr><th scope="row">${band.plan < 0 ? 'all customers' : `plan ${data.plans[band.plan] ?? ''}`}</th>${cell(platform ? String(band.tenants) : `${band.tenants} or more`, 'n')}${[band.p25, band.p50, band.p75, band.p95, band.p99].map((share) => cell(platform ? smallShareText(share) : percentText(share), 'n'))}</tr>`,
      ),
    );
    const drawn = platform
      ? figure(
          `Every tenant of ${service.service} by rank and share. ${shareSummary(data, service)}`,
          rankOption(data, selected, service, POINTS).option,
          320,
          `p${place}`,
        )
      : html``;
    return html`<h3>${service.service}</h3><p>${shareSummary(data, service)}</p>${drawn}${
      service.bands.length === 0 ? html`<p class="empty">No band: fewer than five tenants to compare with.</p>` : bands
    }`;
  })}`;
}
