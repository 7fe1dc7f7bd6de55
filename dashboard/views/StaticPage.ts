import type { EChartsCoreOption } from 'echarts/core';
import { renderSvg } from '../../charts/index.js';
import type { DashboardData } from '../DashboardData.js';
import { type Html, html, trusted } from '../html.js';
import { displayName } from '../shared/format.js';
import type { Selected } from '../shared/Selection.js';

/** What a view without a script is made from: the data, and what is shown when nobody has chosen. */
export interface StaticPage {
  readonly data: DashboardData;
  readonly selected: Selected;
}

/** A chart drawn beforehand in two widths, with what it says in words. `idPrefix` is unique in the page. */
export function figure(label: string, option: EChartsCoreOption, height: number, idPrefix: string): Html {
  const wide = renderSvg(option, { width: 1040, height, idPrefix: `${idPrefix}w` });
  const narrow = renderSvg(option, { width: 358, height: height + 40, idPrefix: `${idPrefix}n` });
  return html`<figure role="img" aria-label="${label}"><div class="wide">${trusted(wide)}</div><div class="narrow">${trusted(narrow)}</div></figure>`;
}

/** A table in a frame of its own that scrolls, so that the page does not. */
export function table(caption: string, head: readonly (string | Html)[], rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** The head of a column; `n` is for numbers. */
export const column = (name: string, kind = ''): Html => html`<th scope="col" class="${kind}">${name}</th>`;

/** A cell; `n` is for numbers. The exact figure is kept beside a rounded one. */
export function cell(text: string, kind = '', exact?: string): Html {
  return exact === undefined
    ? html`<td class="${kind}">${text}</td>`
    : html`<td class="${kind}" data-exact="${exact}" title="${exact}">${text}</td>`;
}

/** A tenant by its id, with its name where that differs; the name is held apart, whatever its writing direction. */
export function tenantName({ tenants }: DashboardData, place: number): Html {
  const id = tenants.ids[place] ?? '';
  const name = tenants.names[place] ?? id;
  return name === id ? html`<b>${id}</b>` : html`<b>${id}</b> <bdi class="soft">${displayName(name)}</bdi>`;
}

/** The command behind what is shown. */
export function source(command: string): Html {
  return html`<p class="source">Where this comes from: <code>${command}</code></p>`;
}
