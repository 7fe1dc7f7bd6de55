import { anomalyTimeline } from '../../charts/index.js';
import { type Html, html } from '../html.js';
import { anomalyBars, stateText } from '../shared/anomalies.js';
import { countText, displayName, instantText, percentText, timesText } from '../shared/format.js';
import { cell, column, figure, type StaticPage, table, tenantName } from './StaticPage.js';

/** Rows, and anomalies told in full: without scripts each of thousands would stand in the page's bytes twice. */
const ROWS = 200;
const TOLD = 30;

/** What was found, when, how bad it is, and what shows it. */
export function anomaliesView({ data, selected }: StaticPage): Html {
  const found = data.anomalies.filter(({ state }) => state !== 'not_judged');
  const unjudged = data.anomalies.filter(({ state }) => state === 'not_judged');
  const not = unjudged.map(({ sentence }) => html`<p class="empty">Not judged: ${sentence}</p>`);
  if (found.length === 0)
    return html`<p class="empty">${data.audience.kind === 'tenant' ? 'Nothing out of the ordinary was found.' : 'No tenant stands out.'}</p>${not}`;
  const { bars, ...span } = anomalyBars(data, found, selected.window.window);
  return html`${figure(`${countText(found.length)} anomalies over time, UTC`, anomalyTimeline({ ...span, bars }), 40 + 28 * bars.length, 'a')}
${table(
  'Anomalies, the worst first; times in UTC',
  [
    column('severity'),
    column('state'),
    column('tenant'),
    column('service'),
    column('from'),
    column('to'),
    column('share', 'n'),
    column('times peers', 'n'),
  ],
  found
    .slice(0, ROWS)
    .map(
      (one) =>
        html`<tr>${cell(one.severity)}${cell(stateText(one.state))}<th scope="row">${one.tenant === null ? 'the fleet' : tenantName(data, one.tenant)}</th>${cell(one.service)}${cell(instantText(one.window.start))}${cell(instantText(one.window.end))}${cell(percentText(one.share), 'n')}${cell(timesText(one.times_peers), 'n')}</tr>`,
    ),
)}
${found.length > ROWS ? html`<p class="soft">${countText(found.length - ROWS)} more stand in the page as scripts show it.</p>` : ''}
${found.slice(0, TOLD).map(
  (one) => html`<div class="finding"><p><b>${one.severity}</b> ${one.sentence}</p>
<ul>${one.causes.map((cause) => html`<li><bdi>${displayName(cause, 160)}</bdi></li>`)}${one.next.map((step) => html`<li>${step}</li>`)}</ul>
<p class="soft">In ${one.flagged}${one.tests.length === 0 ? '' : `; tests ${one.tests.join(', ')}`}${one.usd_per_day === null ? '' : `; $${one.usd_per_day} a day more than ${one.kind === 'budget' ? 'the budget allows' : 'its peers'} at list price`}.</p>
${one.evidence.map((command) => html`<p class="source"><code>${command}</code></p>`)}</div>`,
)}${found.length > TOLD ? html`<p class="soft">${countText(found.length - TOLD)} more are told in full where scripts run.</p>` : ''}${not}`;
}
