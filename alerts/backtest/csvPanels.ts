import { AppError, type ListPrice, picodollarsPerUnit } from '../../model/index.js';
import type { UsagePanel } from '../detection/UsagePanel.js';
import type { BacktestRow } from './parseBacktestCsv.js';

/** A panel of one meter. */
export interface MeterPanel extends UsagePanel {
  readonly meter: string;
}

/** Windows a file may span: what is further apart is a mistake in a date, not a history. */
const MOST_WINDOWS = 1_000_000;

/**
 * One panel for each service and meter of a usage file, over the windows of the whole file. The length of a window is the
 * shortest step between two of its starts, and every start must lie on that step. A missing row is no data; 0 is idle.
 * Throws INPUT_INVALID for starts that are not regular and for a tenant, meter and window given twice.
 */
export function csvPanels(
  rows: readonly BacktestRow<'usage'>[],
  prices: readonly ListPrice[],
  path: string,
): readonly MeterPanel[] {
  const starts = [...new Set(rows.map((row) => row.window_start))].sort((a, b) => a - b);
  const [first = 0] = starts;
  const windowMs = starts
    .slice(1)
    .reduce((least, start, index) => Math.min(least, start - (starts[index] ?? 0)), Infinity);
  const count = starts.length < 2 ? starts.length : ((starts.at(-1) ?? first) - first) / windowMs + 1;
  const odd = starts.find((start) => starts.length > 1 && (start - first) % windowMs !== 0);
  if (odd !== undefined || starts.length < 2 || count > MOST_WINDOWS) {
    throw new AppError('INPUT_INVALID', 'the windows of a usage file are not regular', {
      where: path,
      expected: `two windows or more, each a whole number of steps after the first, at most ${MOST_WINDOWS}`,
      got:
        odd === undefined ? `${count} windows` : `${new Date(odd).toISOString()} with a step of ${windowMs / 1000} s`,
    });
  }
  const groups = new Map<string, BacktestRow<'usage'>[]>();
  for (const row of rows) {
    const key = `${row.service}\u0000${row.meter}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const priceOf = new Map(prices.map((price) => [`${price.service}\u0000${price.meter}`, price]));
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => {
      const price = priceOf.get(key);
      const usdPerUnit = price === undefined ? null : Number(picodollarsPerUnit(price)) / 1e12;
      return panelOf(group, { first, windowMs, count, usdPerUnit, path });
    });
}

function panelOf(
  rows: readonly BacktestRow<'usage'>[],
  grid: {
    readonly first: number;
    readonly windowMs: number;
    readonly count: number;
    readonly usdPerUnit: number | null;
    readonly path: string;
  },
): MeterPanel {
  const { first, windowMs, count, usdPerUnit, path } = grid;
  const tenants = [...new Set(rows.map((row) => row.tenant_id))].sort();
  const places = new Map(tenants.map((tenant, place) => [tenant, place]));
  const amounts = Array.from({ length: count }, () => new Float64Array(tenants.length).fill(Number.NaN));
  for (const row of rows) {
    const window = amounts[(row.window_start - first) / windowMs];
    const place = places.get(row.tenant_id) ?? -1;
    if (window === undefined) continue;
    if (!Number.isNaN(window[place])) {
      throw new AppError('INPUT_INVALID', 'a usage file says one thing twice', {
        where: path,
        expected: 'one row for a window, tenant, service and meter',
        got: `${new Date(row.window_start).toISOString()} ${row.tenant_id} ${row.service} ${row.meter} again`,
      });
    }
    window[place] = row.quantity;
  }
  const { service = '', meter = '' } = rows[0] ?? {};
  return { service, meter, basis: meter, usdPerUnit, windowMs, start: first, tenants, amounts };
}
