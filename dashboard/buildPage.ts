import { createHash } from 'node:crypto';
import type { DashboardData } from './DashboardData.js';
import { embedData } from './embedData.js';
import { type Html, html, trusted } from './html.js';
import { type PageClient, pageClient } from './pageClient.js';
import { PAGE_STYLE } from './pageStyle.js';
import { instantText } from './shared/format.js';
import { throughText } from './shared/provenance.js';
import { NO_SELECTION, select, VIEWS, type ViewName } from './shared/Selection.js';
import { anomaliesView } from './views/anomaliesView.js';
import { economicsView } from './views/economicsView.js';
import { overviewView } from './views/overviewView.js';
import { peersView } from './views/peersView.js';
import { qualityView } from './views/qualityView.js';
import { rankingView } from './views/rankingView.js';
import type { StaticPage } from './views/StaticPage.js';
import { shareView } from './views/shareView.js';
import { tenantView } from './views/tenantView.js';

/** How a page is built, beside its data. */
export interface PageOptions {
  /** The script that makes it interactive; the package's own when absent. */
  readonly client?: PageClient;
  /** Where a served page gets newer data of the same form, and how often. Without it the page makes no request at all. */
  readonly refresh?: { readonly url: string; readonly seconds: number };
}

const WITHOUT_SCRIPT: Readonly<Record<ViewName, (page: StaticPage) => Html>> = {
  overview: overviewView,
  share: shareView,
  ranking: rankingView,
  peers: peersView,
  tenant: tenantView,
  anomalies: anomaliesView,
  economics: economicsView,
  quality: qualityView,
};

/** Views that make no sense on a customer's page. */
const OPERATORS_ONLY: ReadonlySet<ViewName> = new Set(['economics']);

/**
 * The whole page as one HTML text: its data, its style, its script and what a reader without scripts sees, under a policy that
 * allows just these by their hashes. Pure: the same data and options give the same bytes.
 */
export function buildPage(data: DashboardData, options: PageOptions = {}): string {
  const { script } = options.client ?? pageClient();
  const { refresh } = options;
  const connect = refresh === undefined ? '' : " connect-src 'self';";
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(PAGE_STYLE)}'; img-src data:;${connect} base-uri 'none'; form-action 'none'`;
  const page: StaticPage = { data, selected: select(data, NO_SELECTION) };
  const views = VIEWS.filter(([name]) => data.audience.kind === 'platform' || !OPERATORS_ONLY.has(name));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(page)}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#overview">Skip to the overview</a>
<header>
<h1>${data.audience.kind === 'tenant' ? html`What <bdi>${data.audience.name}</bdi> used` : 'Who used what'}</h1>
<p class="soft">${spanOf(page)}. Data through ${throughText(data)}; made ${instantText(data.generated_at)} UTC.</p>
${data.gaps.map((gap) => html`<p class="gap">Not in these figures: ${gap}</p>`)}
<div id="toolbar"></div>
<nav aria-label="Views"><ul>${views.map(([name, title]) => html`<li><a href="#${name}">${title}</a></li>`)}</ul></nav>
</header>
<div id="notice" role="status" aria-live="polite"></div>
<main id="main">
${views.map(
  ([
    name,
    title,
  ]) => html`<section id="${name}" aria-labelledby="${name}-title"><h2 id="${name}-title">${title}</h2><div class="view">${WITHOUT_SCRIPT[name](page)}</div></section>
`,
)}</main>
<footer class="soft"><p>${footerOf(page, refresh !== undefined)}</p></footer>
${embedData(data, refresh)}
<script>${trusted(script)}</script>
</body>
</html>
`.text;
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function titleOf(page: StaticPage): string {
  const { audience } = page.data;
  return `tenantscope${audience.kind === 'tenant' ? ` for ${audience.tenant_id}` : ''}: ${spanOf(page)}`;
}

function spanOf({ selected }: StaticPage): string {
  const { start, end } = selected.window.window;
  return `${instantText(start)} to ${instantText(end)} UTC`;
}

function footerOf({ data }: StaticPage, live: boolean): string {
  const asks = live
    ? 'This page asks the server it came from for newer data, and nobody else.'
    : 'This file loads nothing and sends nothing.';
  return data.audience.kind === 'tenant'
    ? 'All times are UTC. Comparisons are made with at least five other tenants together, in rounded figures; no other tenant is named in this file.'
    : `All times are UTC. Shares weigh the meters of a service by list price. ${asks}`;
}
