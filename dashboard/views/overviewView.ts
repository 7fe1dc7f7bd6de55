import { type Html, html } from '../html.js';
import { overviewTiles } from '../shared/overview.js';
import type { StaticPage } from './StaticPage.js';

/** The figures seen first. */
export function overviewView({ data, selected }: StaticPage): Html {
  return html`<dl class="tiles">${overviewTiles(data, selected).map(
    ({ label, value, note, exact, alert }) =>
      html`<div class="tile${alert === true ? ' alert' : ''}"><dt>${label}</dt><dd class="figure"${exactly(exact)}>${value}</dd><dd class="soft">${note}</dd></div>`,
  )}</dl>`;
}

const exactly = (exact: string | undefined): Html =>
  exact === undefined ? html`` : html` data-exact="${exact}" title="${exact}"`;
