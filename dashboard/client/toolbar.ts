import { displayName, windowText } from '../shared/format.js';
import type { Selection } from '../shared/Selection.js';
import { NO_SELECTION } from '../shared/Selection.js';
import { button, el } from './dom.js';
import type { Page } from './Page.js';
import { themeButton } from './theme.js';

/** Suggestions offered for a tenant at a time: a list of ten thousand would stop the page. */
const SUGGESTED = 50;

let theme: HTMLButtonElement | undefined;

/** The filters. What they choose stands in the address, so that it can be sent, reloaded and gone back to. */
export function toolbar(page: Page): HTMLElement {
  const { data, selected } = page;
  const { window, service, selection } = selected;
  theme ??= themeButton();
  const customer = data.audience.kind === 'tenant';
  return el(
    'div',
    { class: 'toolbar', role: 'group', 'aria-label': 'Filters' },
    choice(
      page,
      'window',
      'Window',
      window.key,
      data.windows.map((one) => ({ value: one.key, text: windowText(data, one) })),
    ),
    choice(
      page,
      'service',
      'Service',
      service?.service ?? '',
      window.services.length === 0
        ? [{ value: '', text: 'none was used' }]
        : window.services.map((one) => ({ value: one.service, text: one.service })),
    ),
    customer ? null : tenantField(page),
    data.plans.length < 2 ? null : choice(page, 'plan', 'Plan', selection.plan, anyOf(data.plans)),
    data.cells.length < 2 ? null : choice(page, 'cell', 'Cell', selection.cell, anyOf(data.cells)),
    button('Reset', { id: 'reset' }, () => page.go({ ...NO_SELECTION })),
    theme,
  );
}

const anyOf = (words: readonly string[]) => [
  { value: '', text: 'all' },
  ...words.map((word) => ({ value: word, text: word })),
];

function choice(
  page: Page,
  name: 'window' | 'service' | 'plan' | 'cell',
  label: string,
  chosen: string,
  options: readonly { readonly value: string; readonly text: string }[],
): HTMLElement {
  const select = el(
    'select',
    { id: `filter-${name}` },
    ...options.map(({ value, text }) => el('option', { value, selected: value === chosen }, displayName(text, 80))),
  );
  select.addEventListener('change', () => page.go({ [name]: select.value, page: 1 } as Partial<Selection>));
  return el('label', { for: `filter-${name}` }, label, select);
}

function tenantField(page: Page): HTMLElement {
  const { tenants } = page.data;
  const list = el('datalist', { id: 'tenants' });
  const field = el('input', {
    id: 'filter-tenant',
    list: 'tenants',
    value: page.selected.selection.tenant,
    placeholder: 'any',
    autocomplete: 'off',
    size: 16,
  });
  const suggest = (): void => {
    const text = field.value.toLowerCase();
    const found: HTMLElement[] = [];
    for (let at = 0; at < tenants.ids.length && found.length < SUGGESTED; at += 1) {
      const id = tenants.ids[at] ?? '';
      const name = tenants.names[at] ?? '';
      if (`${id}\n${name}`.toLowerCase().includes(text)) found.push(el('option', { value: id }, displayName(name)));
    }
    list.replaceChildren(...found);
  };
  field.addEventListener('input', suggest);
  field.addEventListener('focus', suggest);
  field.addEventListener('change', () => page.go({ tenant: field.value.trim() }));
  return el('label', { for: 'filter-tenant' }, 'Tenant', field, list);
}
