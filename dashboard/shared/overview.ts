import type { DashboardData } from '../DashboardData.js';
import { countText, moneyText, percentText } from './format.js';
import { throughText } from './provenance.js';
import { isReserved } from './ranking.js';
import type { Selected } from './Selection.js';

/** One figure of the overview. `exact` is the same without rounding, where it is rounded. */
export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly exact?: string;
  /** Something to act on. */
  readonly alert?: boolean;
}

/** The figures a reader sees first. */
export function overviewTiles(data: DashboardData, { window, includes }: Selected): readonly Tile[] {
  const { value } = window;
  const customers = value.tenant.flatMap((tenant, at) =>
    !isReserved(data, tenant) && includes(tenant) ? [Number(value.usd[at] ?? 0)] : [],
  );
  const active = new Set(
    window.services.flatMap(({ rows }) =>
      rows.tenant.filter((tenant, at) => used(rows.amount[at]) && includes(tenant)),
    ),
  );
  const own = [...active].filter((tenant) => !isReserved(data, tenant));
  const open = data.anomalies.filter(({ state }) => state === 'finding' || state === 'open');
  const pages = open.filter(({ severity }) => severity === 'PAGE').length;
  const doubtful = window.hours.filter(({ state }) => state === 'incomplete').length;
  const judged = window.hours.some((hour) => hour.sound + hour.doubtful > 0);
  const platform = data.audience.kind === 'platform';
  return [
    { label: 'Data through', value: throughText(data), note: 'the last hour that everyone was heard to the end of' },
    {
      label: 'Hours with gaps',
      // Of hours nobody was heard in there is nothing to say, least of all that they have no gap.
      value: judged ? `${doubtful} of ${window.hours.length}` : 'not known',
      note: judged ? `completeness ${window.completeness}` : window.completeness,
      alert: doubtful > 0,
    },
    ...(platform
      ? [
          {
            label: 'Active tenants',
            value: countText(own.length),
            note: `customers that used anything, of ${countText(data.tenants.ids.filter((id) => !id.startsWith('_')).length)} known`,
          },
        ]
      : []),
    {
      label: 'Usage at list price',
      value: moneyText(platform ? Number(value.total ?? 0) : Number(value.usd[0] ?? 0), 'USD'),
      exact: platform ? (value.total ?? '0') : (value.usd[0] ?? '0'),
      note: 'USD, all services of the window; not what is billed',
    },
    ...(data.bill === null
      ? []
      : [
          {
            label: `Billed, ${data.bill.period}`,
            value: billedText(platform ? data.bill.total : (data.bill.tenants[0]?.billed ?? '0'), data.bill.currency),
            note: data.bill.status === 'final' ? 'final' : 'provisional: the month is not closed',
          },
        ]),
    {
      label: 'Open anomalies',
      value: countText(open.length),
      note: pages === 0 ? 'none that would page' : `${pages} would page`,
      alert: open.length > 0,
    },
    ...(platform && customers.length > 0
      ? [
          {
            label: 'Top 10 tenants',
            value: percentText(topShare(customers, 10)),
            note: `of the customers' usage; Gini ${gini(customers).toFixed(2)}`,
          },
        ]
      : []),
  ];
}

const used = (amount: string | undefined): boolean => amount !== undefined && Number(amount) > 0;

const billedText = (total: string | null, currency: string): string =>
  total === null ? 'n/a' : moneyText(Number(total), currency);

/** Part of all that the greatest have together. Values are in descending order. */
export function topShare(descending: readonly number[], count: number): number | null {
  const sum = descending.reduce((total, value) => total + value, 0);
  return sum === 0 ? null : descending.slice(0, count).reduce((total, value) => total + value, 0) / sum;
}

/** Gini coefficient of values in descending order: 0 when all are equal, towards 1 when one has everything. */
export function gini(descending: readonly number[]): number {
  const n = descending.length;
  const sum = descending.reduce((total, value) => total + value, 0);
  if (n === 0 || sum === 0) return 0;
  const weighted = descending.reduce((total, value, place) => total + (place + 1) * value, 0);
  return (n + 1 - (2 * weighted) / sum) / n;
}
