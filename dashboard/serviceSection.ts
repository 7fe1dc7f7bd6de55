import { renderSvg, shareOverTime, shareRanking } from '../charts/index.js';
import type { DashboardData, ServiceShare } from './DashboardData.js';
import { type Html, html, trusted } from './html.js';

/** Tenants drawn apart; the rest is one band, named as such. */
const DRAWN = 8;
/** Rows of a table; the rest is one row. */
const LISTED = 50;

const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(1)} %`);

/** Bars drawn at most, reserved tenants apart. */
const RANKED = 15;

const isReserved = (tenant: { readonly tenant_id: string }): boolean => tenant.tenant_id.startsWith('_');
const tenantCount = (count: number): string => (count === 1 ? '1 tenant' : `${count} tenants`);

/** One service: its share over time, the ranking against the peers' median, and the ranking as a table. */
export function serviceSection(service: ServiceShare, data: DashboardData, idPrefix: string): Html {
  const flagged = new Set(
    data.findings
      .filter((finding) => finding.service === service.service && finding.kind !== 'budget')
      .map((finding) => finding.tenant_id),
  );
  const summary = summarise(service);
  const bars = ranked(service);
  const left = service.tenants.length - bars.length;
  return html`<h2>Share of ${service.service}</h2>
<p>${summary} <span class="soft">Measured in ${service.basis}.</span></p>
${chart(`Share of ${service.service} per hour, UTC. ${summary}`, overTime(service, flagged), 320, `${idPrefix}a`)}
${chart(`Share of ${service.service} per tenant in the window. ${summary}`, ranking(service, bars, flagged), 64 + 24 * bars.length, `${idPrefix}b`)}
${left > 0 ? html`<p class="soft">${tenantCount(left)} with less not drawn.</p>` : ''}
<details><summary>Ranking as a table</summary>${table(service)}</details>`;
}

function summarise(service: ServiceShare): string {
  const first = service.tenants.find((tenant) => !isReserved(tenant));
  if (first === undefined) return 'No usage by a registered tenant.';
  const median = service.peer_median_share;
  const peers = median === null ? 'it has no peer' : `its peers' median is ${percent(median)}`;
  return `${first.tenant_id} has ${percent(first.share)}; ${peers}.`;
}

/** The greatest tenants, and every reserved one: what nobody claimed is always shown. */
function ranked(service: ServiceShare): ServiceShare['tenants'] {
  const drawn = new Set(service.tenants.filter((tenant) => !isReserved(tenant)).slice(0, RANKED));
  return service.tenants.filter((tenant) => drawn.has(tenant) || isReserved(tenant));
}

function chart(label: string, option: Parameters<typeof renderSvg>[0], height: number, idPrefix: string): Html {
  const wide = renderSvg(option, { width: 1040, height, idPrefix: `${idPrefix}w` });
  const narrow = renderSvg(option, { width: 358, height: height + 40, idPrefix: `${idPrefix}n` });
  return html`<figure role="img" aria-label="${label}"><div class="wide">${trusted(wide)}</div><div class="narrow">${trusted(narrow)}</div></figure>`;
}

function overTime(service: ServiceShare, flagged: ReadonlySet<string>): Parameters<typeof renderSvg>[0] {
  const customers = service.tenants.filter((tenant) => !isReserved(tenant));
  const reserved = service.tenants.filter(isReserved);
  const apart = [...customers.slice(0, DRAWN), ...reserved];
  const rest = customers.slice(DRAWN);
  const other = service.hours.map((_, hour) => {
    const values = rest.map((tenant) => tenant.hourly[hour] ?? null).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  });
  return shareOverTime({
    hours: service.hours.map((hour) => new Date(hour).toISOString().slice(11, 16)),
    series: [
      ...apart.map((tenant) => ({
        name: tenant.tenant_id,
        flagged: flagged.has(tenant.tenant_id),
        shares: tenant.hourly,
      })),
      ...(rest.length === 0
        ? []
        : [{ name: `Other (${tenantCount(rest.length)})`, flagged: false, rest: true as const, shares: other }]),
    ],
  });
}

function ranking(
  service: ServiceShare,
  bars: ServiceShare['tenants'],
  flagged: ReadonlySet<string>,
): Parameters<typeof renderSvg>[0] {
  return shareRanking({
    tenants: bars.map(({ tenant_id, share }) => ({ id: tenant_id, share, flagged: flagged.has(tenant_id) })),
    peerMedian: service.peer_median_share,
  });
}

function table(service: ServiceShare): Html {
  const rest = service.tenants.slice(LISTED);
  const restShare = rest.reduce((sum, tenant) => sum + tenant.share, 0);
  return html`<div class="scroll"><table><caption>Share of ${service.service}, ${service.basis}</caption>
<thead><tr><th scope="col" class="n">rank</th><th scope="col">tenant</th><th scope="col" class="n">share</th><th scope="col" class="n">28 days before</th></tr></thead>
<tbody>${service.tenants
    .slice(0, LISTED)
    .map(
      (tenant, index) =>
        html`<tr><td class="n">${index + 1}</td><td>${tenant.name === tenant.tenant_id ? tenant.tenant_id : `${tenant.name} (${tenant.tenant_id})`}</td><td class="n">${percent(tenant.share)}</td><td class="n">${percent(tenant.share_before)}</td></tr>`,
    )}${rest.length === 0 ? '' : html`<tr><td></td><td>Other (${rest.length} tenants)</td><td class="n">${percent(restShare)}</td><td></td></tr>`}</tbody></table></div>`;
}
