import { INK, type OverTimeSeries, REST } from '../../charts/index.js';
import type { ServiceData } from '../DashboardData.js';
import { type Html, html } from '../html.js';
import { overTimeOption, overTimeSeries } from '../shared/chartInputs.js';
import { basisText, provenance, shareCommand } from '../shared/provenance.js';
import { shareSummary } from '../shared/shareSummary.js';
import { figure, type StaticPage, source } from './StaticPage.js';

/** Who had which part of each service, hour by hour. */
export function shareView({ data, selected }: StaticPage): Html {
  const { window } = selected;
  if (window.services.length === 0) return html`<p class="empty">No usage in this window.</p>`;
  return html`${window.services.map((service, place) => {
    const series = overTimeSeries(data, selected, service);
    const summary = shareSummary(data, service);
    return html`<h3>${service.service}</h3>
<p>${summary}</p>
${legend(series)}
${figure(`${service.service} by hour, UTC. ${summary}`, overTimeOption(selected, service, series), 300, `s${place}`)}
<p class="soft">${provenance(data, window, basisText(service), window.completeness_with_before)}</p>
${warnings(service)}
${source(shareCommand(data, window, service))}`;
  })}`;
}

/** What the saved report leaves out, as it says itself. */
export function warnings({ warnings: said }: Pick<ServiceData, 'warnings'>): Html {
  return said.length === 0
    ? html``
    : html`<ul class="warnings">${said.map((warning) => html`<li>${warning}</li>`)}</ul>`;
}

function legend(series: readonly OverTimeSeries[]): Html {
  return html`<ul class="legend">${series.map((one) => {
    const colour = one.rest ? REST : one.colour === INK ? 'currentColor' : (one.colour ?? REST);
    return html`<li><svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" fill="${colour}"/></svg> ${one.flagged ? '▲ ' : ''}${one.name}</li>`;
  })}</ul>`;
}
