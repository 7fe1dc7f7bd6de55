import type { CostBasis } from '../costs/BillLine.js';
import { type AllocatedRow, allocationDecimal } from './AllocatedRow.js';
import { type AllocatedCosts, sumRows } from './allocateCosts.js';
import { formatReconciliation, reconciliationAsObject } from './formatReconciliation.js';
import type { CostReconciliation } from './reconcileCosts.js';

/** Which rows are shown. All are computed: a filter moves nothing from one tenant to another. */
export interface AllocationView {
  readonly tenant?: string;
  readonly service?: string;
  /** Which of the bill's costs was split; null for a costs.csv, whose writer chose. */
  readonly basis?: CostBasis | null;
  /** How the bill compares with what was metered; shown after the sums, and in each row of a program's. */
  readonly reconciliation?: CostReconciliation;
  /** Each charge with its rows and why, besides the sums. */
  readonly explain?: boolean;
}

const isFiltered = ({ tenant, service }: AllocationView): boolean => tenant !== undefined || service !== undefined;

const shownRows = (costs: AllocatedCosts, { tenant, service }: AllocationView): readonly AllocatedRow[] =>
  costs.rows.filter(
    (row) => (tenant === undefined || row.recipient === tenant) && (service === undefined || row.service === service),
  );

const sumOf = (rows: readonly AllocatedRow[]): bigint => rows.reduce((sum, { amount }) => sum + amount, 0n);

/** A split bill for people: sums by tenant that add up to the bill, and on demand why. */
export function formatAllocation(costs: AllocatedCosts, view: AllocationView = {}): string {
  const rows = shownRows(costs, view);
  const rest = costs.total - sumOf(rows);
  const table = [
    ...sumRows(rows, 'recipient').map(([key, amount]) => [key, allocationDecimal(amount)] as const),
    ...(isFiltered(view) ? [['all others', allocationDecimal(rest)] as const] : []),
    ['total', allocationDecimal(costs.total)] as const,
  ];
  const [left, right] = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return [
    `${costs.charges.length} ${costs.charges.length === 1 ? 'charge' : 'charges'} in ${costs.currency}${basisText(view)}`,
    ...table.map(([key, amount]) => `  ${key.padEnd(left ?? 0)}  ${amount.padStart(right ?? 0)}`),
    ...(view.explain === true ? explain(costs, rows) : []),
    ...(view.reconciliation === undefined ? [] : ['', formatReconciliation(view.reconciliation)]),
  ].join('\n');
}

const basisText = ({ basis }: AllocationView): string =>
  basis === undefined || basis === null ? '' : `, ${basis} cost`;

function explain(costs: AllocatedCosts, rows: readonly AllocatedRow[]): string[] {
  return costs.charges.flatMap((charge) => {
    const own = rows.filter(({ charge_id }) => charge_id === charge.charge_id);
    if (own.length === 0) return [];
    return [
      '',
      `${charge.charge_id}: ${charge.service}, ${charge.start} until ${charge.end}, ${allocationDecimal(charge.cost)} ${charge.currency}`,
      ...own.map((row) => {
        const passed = row.passed_from === null ? '' : `, passed on from ${row.passed_from}`;
        return `  ${row.recipient}  ${allocationDecimal(row.ratio)}  ${allocationDecimal(row.amount)}  ${row.kind}: ${row.why}${passed}`;
      }),
    ];
  });
}

/** The same for programs: amounts and ratios exact decimals as text. */
export function allocationAsObject(costs: AllocatedCosts, view: AllocationView = {}) {
  const rows = shownRows(costs, view);
  const { reconciliation } = view;
  const reconciled = new Map(reconciliation?.days.flatMap((day) => day.charges.map((id) => [id, day.reconciled])));
  return {
    currency: costs.currency,
    ...(view.basis === undefined ? {} : { cost: view.basis }),
    total: allocationDecimal(costs.total),
    others: allocationDecimal(costs.total - sumOf(rows)),
    tenants: sumRows(rows, 'recipient').map(([tenant_id, amount]) => ({
      tenant_id,
      amount: allocationDecimal(amount),
    })),
    ...(view.explain === true
      ? {
          rows: rows.map((row) => ({
            ...row,
            ratio: allocationDecimal(row.ratio),
            amount: allocationDecimal(row.amount),
            ...(reconciliation === undefined ? {} : { reconciled: reconciled.get(row.charge_id) ?? null }),
          })),
        }
      : {}),
    ...(reconciliation === undefined ? {} : { reconciliation: reconciliationAsObject(reconciliation) }),
  };
}
