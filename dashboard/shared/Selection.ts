import type { DashboardData, ServiceData, WindowData } from '../DashboardData.js';

/** The views of the page, in its order. */
export const VIEWS = [
  ['overview', 'Overview'],
  ['share', 'Share of service'],
  ['ranking', 'Ranking'],
  ['peers', 'Peer position'],
  ['tenant', 'Tenant'],
  ['anomalies', 'Anomalies'],
  ['economics', 'Unit economics'],
  ['quality', 'Freshness and quality'],
] as const;

/** The name of a view in the address. */
export type ViewName = (typeof VIEWS)[number][0];

/** What the ranking can be ordered by. */
export const SORTS = ['amount', 'tenant', 'share', 'change', 'peers', 'value', 'billed'] as const;

/** What a reader chose: the whole of it stands in the address behind `#`. */
export interface Selection {
  readonly view: ViewName | '';
  readonly window: string;
  readonly service: string;
  readonly tenant: string;
  readonly plan: string;
  readonly cell: string;
  /** Text sought in the ranking. */
  readonly find: string;
  readonly sort: (typeof SORTS)[number];
  readonly order: 'down' | 'up';
  /** Page of the ranking, from 1. */
  readonly page: number;
  /** How the share of a service is drawn. */
  readonly scale: 'share' | 'amount';
}

/** Nothing chosen. */
export const NO_SELECTION: Selection = {
  ...{ view: '', window: '', service: '', tenant: '', plan: '', cell: '', find: '' },
  ...{ sort: 'amount', order: 'down', page: 1, scale: 'share' },
};

/** Longest text of an address that is believed. */
const LONGEST = 200;

/** Reads an address. Whatever it says that is not known is left out: it may come from anywhere. */
export function readSelection(hash: string): Selection {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: string): string => (said.get(name) ?? '').slice(0, LONGEST);
  const page = Number(text('page'));
  return {
    view: VIEWS.find(([name]) => name === text('view'))?.[0] ?? '',
    window: text('window'),
    service: text('service'),
    tenant: text('tenant'),
    plan: text('plan'),
    cell: text('cell'),
    find: text('find'),
    sort: SORTS.find((sort) => sort === text('sort')) ?? 'amount',
    order: text('order') === 'up' ? 'up' : 'down',
    page: Number.isInteger(page) && page > 0 ? page : 1,
    scale: text('scale') === 'amount' ? 'amount' : 'share',
  };
}

/** The address of a selection: only what differs from nothing chosen, in one order. */
export function writeSelection(selection: Selection): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(selection)) {
    if (value !== NO_SELECTION[name as keyof Selection]) said.set(name, String(value));
  }
  return `#${said.toString()}`;
}

/** A selection held against the data. */
export interface Selected {
  readonly selection: Selection;
  readonly window: WindowData;
  /** Undefined when nobody used any service. */
  readonly service: ServiceData | undefined;
  /** Place of the tenant chosen; undefined when none is, or it is not known. */
  readonly tenant: number | undefined;
  /** Whether a tenant is of the plan and cell chosen. */
  readonly includes: (tenant: number) => boolean;
  /** What of the selection the data does not have, in words. */
  readonly unknown: readonly string[];
}

/** Finds what is chosen in the data; the first window and service stand in for what is not chosen or not there. */
export function select(data: DashboardData, selection: Selection): Selected {
  const [first] = data.windows;
  if (first === undefined) throw new Error('a page has at least one window');
  const window = data.windows.find(({ key }) => key === selection.window) ?? first;
  const service = window.services.find(({ service: name }) => name === selection.service) ?? window.services[0];
  const place = data.tenants.ids.indexOf(selection.tenant);
  const plan = data.plans.indexOf(selection.plan);
  const cell = data.cells.indexOf(selection.cell);
  const unknown = [
    ...(selection.window !== '' && window.key !== selection.window ? [`window ${selection.window}`] : []),
    ...(selection.service !== '' && service?.service !== selection.service ? [`service ${selection.service}`] : []),
    ...(selection.tenant !== '' && place < 0 ? [`tenant ${selection.tenant}`] : []),
    ...(selection.plan !== '' && plan < 0 ? [`plan ${selection.plan}`] : []),
    ...(selection.cell !== '' && cell < 0 ? [`cell ${selection.cell}`] : []),
  ];
  return {
    selection,
    window,
    service,
    tenant: place < 0 ? undefined : place,
    includes: (tenant) =>
      (plan < 0 || data.tenants.plan[tenant] === plan) && (cell < 0 || data.tenants.cell[tenant] === cell),
    unknown,
  };
}
