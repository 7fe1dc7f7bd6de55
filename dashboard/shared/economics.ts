import { amountLabel } from '../../charts/index.js';
import type { DashboardData } from '../DashboardData.js';
import { moneyText } from './format.js';
import type { Selected } from './Selection.js';

/** One tenant of the unit economics. */
export interface EconomicsRow {
  readonly tenant: number;
  readonly cost: string;
  readonly billed: string | null;
  readonly margin: string | null;
  readonly requests: string | null;
  /** US dollars at list price for 1,000 requests of the window, whatever `cost` is of; null without requests. */
  readonly perThousand: number | null;
}

/** The tenants of the unit economics that are chosen, costliest first. */
export function economicsRows(data: DashboardData, { window, includes }: Selected): readonly EconomicsRow[] {
  const requests = new Map(window.value.tenant.map((tenant, at) => [tenant, window.value.requests[at] ?? null]));
  const byWindow = new Map(window.value.tenant.map((tenant, at) => [tenant, window.value.usd[at] ?? '0']));
  return (data.economics?.tenants ?? [])
    .filter(({ tenant }) => includes(tenant))
    .map((row) => {
      const served = requests.get(row.tenant) ?? null;
      const usd = byWindow.get(row.tenant);
      const count = Number(served ?? 0);
      return {
        ...row,
        requests: served,
        perThousand: count > 0 && usd !== undefined ? (Number(usd) / count) * 1000 : null,
      };
    });
}

/** A class of {@link costClasses}. */
export interface CostClass {
  readonly label: string;
  readonly count: number;
  readonly marked: boolean;
}

/** How many tenants have which margin, in ten classes of equal width; of costs where margins are not known. */
export function costClasses(rows: readonly EconomicsRow[], currency: string): readonly CostClass[] {
  const margins = rows.flatMap(({ margin }) => (margin === null ? [] : [Number(margin)]));
  const values = margins.length > 0 ? margins : rows.map(({ cost }) => Number(cost));
  if (values.length === 0) return [];
  const least = Math.min(0, ...values);
  const greatest = Math.max(0, ...values);
  const width = (greatest - least) / CLASSES;
  if (width === 0) return [{ label: moneyText(0, currency), count: values.length, marked: false }];
  const counts = new Array<number>(CLASSES).fill(0);
  for (const value of values) {
    const at = Math.min(CLASSES - 1, Math.floor((value - least) / width));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((count, at) => {
    const from = least + at * width;
    return {
      label: `from ${amountLabel(from, currency)}`,
      count,
      marked: from + width <= width * 1e-9 && margins.length > 0,
    };
  });
}

const CLASSES = 10;
