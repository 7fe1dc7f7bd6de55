import { createHash } from 'node:crypto';
import { humanInstant } from '../model/index.js';
import type { DashboardData } from './DashboardData.js';
import { type Html, html, trusted } from './html.js';
import { PAGE_STYLE } from './pageStyle.js';
import { serviceSection } from './serviceSection.js';

/**
 * The whole page as one HTML text: no script, no request, a policy that allows its own style and nothing else. Pure: the
 * same data gives the same bytes.
 */
export function buildPage(data: DashboardData): string {
  const hash = createHash('sha256').update(PAGE_STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tenantscope: ${humanInstant(data.window.start)} to ${humanInstant(data.window.end)} UTC</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
${overview(data)}
<main>
${findings(data)}
${data.services.length === 0 ? html`<h2>Share of service</h2><p>No usage in this window.</p>` : data.services.map((service, place) => serviceSection(service, data, `c${place}`))}
${bill(data)}
${quality(data)}
</main>
</body>
</html>
`.text;
}

function tile(label: string, value: string): Html {
  return html`<div class="tile"><b>${value}</b>${label}</div>`;
}

function overview(data: DashboardData): Html {
  const tenants = new Set(
    data.services
      .flatMap((service) => service.tenants.map((tenant) => tenant.tenant_id))
      .filter((id) => !id.startsWith('_')),
  );
  const { reconciled } = data.quality;
  return html`<header>
<h1>Who used what</h1>
<p>${humanInstant(data.window.start)} to ${humanInstant(data.window.end)} UTC</p>
<div class="tiles">
${tile('data through, UTC', data.dataThrough === null ? 'no data' : humanInstant(data.dataThrough))}
${tile('active tenants', String(tenants.size))}
${tile('findings', String(standOut(data).length))}
${tile('reconciled', reconciled === null ? 'not checked' : reconciled ? 'yes' : 'NO')}
</div>
<p class="soft">Completeness: ${data.completeness}. Shares weigh a service's meters by list price.</p>
</header>`;
}

/** Findings about a tenant or the fleet; what could not be judged is told apart. */
function standOut(data: DashboardData): DashboardData['findings'] {
  return data.findings.filter((finding) => finding.status === 'judged');
}

function findings(data: DashboardData): Html {
  const found = standOut(data);
  const alone = data.services.filter((service) => service.peer_median_share === null && service.tenants.length > 0);
  return html`<h2>Findings</h2>
${found.length === 0 ? html`<p>No tenant stands out.</p>` : ''}
${found.map(
  (finding) => html`<div class="finding"><p><b>${finding.severity}</b> ${finding.sentence}</p>
<ul>${finding.next.map((step) => html`<li>${step}</li>`)}</ul>
<p class="soft">In ${finding.windows_flagged} of ${finding.windows_judged} hours${finding.tests.length === 0 ? '' : `; tests ${finding.tests.join(', ')}`}${finding.excess_usd_per_day === null ? '' : `; $${finding.excess_usd_per_day.toFixed(2)} a day more than ${finding.kind === 'budget' ? 'the budget allows' : 'its peers'} at list price`}.</p></div>`,
)}
${data.findings.filter((finding) => finding.status !== 'judged').map((finding) => html`<p>Not judged: ${finding.sentence}</p>`)}
${alone.map((service) => html`<p>Not judged: ${service.service} has one tenant, and no peer to compare it with.</p>`)}`;
}

function bill(data: DashboardData): Html {
  const { bill: shown } = data;
  if (shown === null) return html`<h2>Bill so far</h2><p>Not rated: no rate card.</p>`;
  return html`<h2>Bill so far</h2>
<div class="scroll"><table><caption>${shown.period}, provisional, ${shown.currency}; each account rounded once, half-even</caption>
<thead><tr><th scope="col">account</th><th scope="col" class="n">billed</th></tr></thead>
<tbody>${shown.rows.map((row) => html`<tr><td>${row.account}</td><td class="n">${row.billed}</td></tr>`)}
<tr><th scope="row">total</th><td class="n"><b>${shown.total}</b></td></tr></tbody></table></div>
<p class="soft">${shown.unbilled} combinations of tenant and meter have no price or no registered tenant; unbilled.csv lists them.</p>`;
}

function quality(data: DashboardData): Html {
  const { quality: q } = data;
  return html`<h2>Freshness and quality</h2>
<p>${q.records} records: ${q.accepted} accepted; ${q.lines} lines, ${q.duplicates} of them duplicates that were counted once.</p>
${
  q.quarantined.length === 0
    ? html`<p>Nothing is in quarantine.</p>`
    : html`<div class="scroll"><table><caption>Records in quarantine, kept with their bytes, by reason</caption>
<thead><tr><th scope="col">reason</th><th scope="col" class="n">records</th><th scope="col">meaning</th></tr></thead>
<tbody>${q.quarantined.map((row) => html`<tr><td>${row.reason}</td><td class="n">${row.count}</td><td>${row.meaning}</td></tr>`)}</tbody></table></div>`
}`;
}
