import Big from 'big.js';
import type { Margin, MarginRow } from './computeMargin.js';

/** Which rows are shown; the figures are the same under every filter. */
export interface MarginView {
  readonly tenant?: string;
  /** Each service beneath its tenant. */
  readonly services?: boolean;
}

type Sums = Pick<MarginRow, 'billed' | 'allocated' | 'margin'>;

const NOTHING: Sums = { billed: new Big(0), allocated: new Big(0), margin: new Big(0) };

function sumOf(rows: readonly Sums[]): Sums {
  return rows.reduce(
    (sum, row) => ({
      billed: sum.billed.plus(row.billed),
      allocated: sum.allocated.plus(row.allocated),
      margin: sum.margin.plus(row.margin),
    }),
    NOTHING,
  );
}

/** Tenants with their rows, least margin first: those that cost more than they pay. */
function byTenant({ rows }: Margin): readonly { tenant_id: string; rows: readonly MarginRow[]; sum: Sums }[] {
  return [...new Set(rows.map(({ tenant_id }) => tenant_id))]
    .map((tenant_id) => {
      const own = rows.filter((row) => row.tenant_id === tenant_id);
      return { tenant_id, rows: own, sum: sumOf(own) };
    })
    .sort((a, b) => a.sum.margin.cmp(b.sum.margin) || (a.tenant_id < b.tenant_id ? -1 : 1));
}

/** Margin for people, as percent of what was billed. Amounts are exact; a percentage is rounded half-even. */
export function formatMargin(margin: Margin, view: MarginView = {}): string {
  const tenants = byTenant(margin);
  const shown = tenants.filter(({ tenant_id }) => view.tenant === undefined || tenant_id === view.tenant);
  const total = sumOf(margin.rows);
  const lines = shown.flatMap(({ tenant_id, rows, sum }) => [
    line(tenant_id, sum),
    ...(view.services === true ? rows.map((row) => line(`  ${row.service}`, row)) : []),
  ]);
  const rest = view.tenant === undefined ? [] : [line('all others', minus(total, sumOf(shown.map(({ sum }) => sum))))];
  const head = ['tenant', `billed ${margin.currency}`, 'cost', 'margin', '%'];
  const table = [head, ...lines, ...rest, line('total', total)];
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table
    .map((cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}

const minus = (a: Sums, b: Sums): Sums => ({
  billed: a.billed.minus(b.billed),
  allocated: a.allocated.minus(b.allocated),
  margin: a.margin.minus(b.margin),
});

function line(name: string, { billed, allocated, margin }: Sums): readonly string[] {
  const percent = billed.eq(0) ? '-' : margin.times(100).div(billed).round(1, Big.roundHalfEven).toFixed(1);
  return [name, billed.toFixed(), allocated.toFixed(), margin.toFixed(), percent];
}

const plain = ({ billed, allocated, margin }: Sums) => ({
  billed: billed.toFixed(),
  allocated: allocated.toFixed(),
  margin: margin.toFixed(),
});

/** The same for programs: amounts as exact decimal text. */
export function marginAsObject(margin: Margin, view: MarginView = {}) {
  const tenants = byTenant(margin).filter(({ tenant_id }) => view.tenant === undefined || tenant_id === view.tenant);
  const total = sumOf(margin.rows);
  return {
    currency: margin.currency,
    total: plain(total),
    others: plain(minus(total, sumOf(tenants.map(({ sum }) => sum)))),
    tenants: tenants.map(({ tenant_id, rows, sum }) => ({
      tenant_id,
      ...plain(sum),
      services: rows.map((row) => ({ service: row.service, ...plain(row) })),
    })),
  };
}
