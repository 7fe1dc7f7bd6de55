import { sparklinePath } from '../../charts/index.js';
import type { DashboardData } from '../DashboardData.js';
import { countText, displayName } from '../shared/format.js';
import { type Attributes, button, type Child, el, flat, svg } from './dom.js';
import type { Page } from './Page.js';

/** A paragraph in a smaller hand. */
export function soft(...children: readonly Child[]): HTMLElement {
  return el('p', { class: 'soft' }, ...children);
}

/** What is shown where there is nothing to show, and why. */
export function empty(...children: readonly Child[]): HTMLElement {
  return el('p', { class: 'empty' }, ...children);
}

/** A table in a frame that scrolls by itself, and can be reached by keyboard for that. */
export function table(caption: string, head: readonly Child[], rows: readonly Child[]): HTMLElement {
  return el(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    el('table', {}, el('caption', {}, caption), el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows)),
  );
}

/** The head of a column. */
export function column(name: Child, kind = '', attributes: Attributes = {}): HTMLElement {
  return el('th', { scope: 'col', class: kind === '' ? null : kind, ...attributes }, name);
}

/** A cell, with the exact figure beside a rounded one. */
export function cell(text: Child, kind = '', exact?: string | null): HTMLElement {
  return el('td', { class: kind === '' ? null : kind, 'data-exact': exact, title: exact }, text);
}

/** A tenant: choosing it shows it closely. Its name stands apart, whatever its writing direction. */
export function tenantLink(page: Page, place: number): Child {
  const { tenants } = page.data;
  const id = tenants.ids[place] ?? '';
  const name = tenants.names[place] ?? id;
  const link = el('a', { href: `#tenant=${encodeURIComponent(id)}&view=tenant` }, id);
  link.addEventListener('click', (event) => {
    event.preventDefault();
    page.go({ tenant: id, view: 'tenant' });
  });
  return [
    link,
    name === id ? null : [' ', el('bdi', { class: 'soft', title: displayName(name, 200) }, displayName(name))],
  ];
}

/** The same without a link. */
export function tenantText({ tenants }: DashboardData, place: number): string {
  return displayName(tenants.ids[place] ?? '');
}

/** The command behind what is shown, ready to be copied. */
export function source(command: string, label = 'Where this comes from'): HTMLElement {
  const copy = button('Copy', { 'aria-label': `Copy: ${command}` }, () => {
    navigator.clipboard.writeText(command).then(
      () => {
        copy.textContent = 'Copied';
      },
      () => {
        const range = document.createRange();
        range.selectNodeContents(code);
        getSelection()?.removeAllRanges();
        getSelection()?.addRange(range);
        copy.textContent = 'Selected: press Ctrl-C';
      },
    );
  });
  const code = el('code', {}, command);
  return el('p', { class: 'source' }, `${label}: `, code, ' ', copy);
}

/** What is built only when a reader opens it. */
export function disclosure(summary: string, build: () => Child): HTMLElement {
  const box = el('details', {}, el('summary', {}, summary));
  box.addEventListener('toggle', () => {
    if (box.open && box.childElementCount === 1) box.append(...flat([build()]));
  });
  return box;
}

/** So many of them at once, the rest behind a disclosure that has the next when it is opened: no page draws thousands at a time. */
export function inParts<T>(
  items: readonly T[],
  most: number,
  name: string,
  draw: (some: readonly T[]) => Child,
): readonly Child[] {
  const rest = items.slice(most);
  const more = `${countText(rest.length)} more ${name}`;
  return [
    draw(items.slice(0, most)),
    rest.length === 0 ? null : disclosure(more, () => inParts(rest, most, name, draw)),
  ];
}

/** A small line of a tenant's hours; its text says what it cannot show. */
export function spark(values: readonly (number | null)[], label: string): Child {
  const path = sparklinePath(values, { width: 94, height: 20 });
  if (path === undefined) return '';
  return svg(
    'svg',
    { class: 'spark', viewBox: '-1 -2 96 24', role: 'img', 'aria-label': label },
    svg('path', { d: path }),
  );
}
