import type { Allocation, UtcDay } from '../../model/index.js';
import type { AllocatedRow } from '../allocation/AllocatedRow.js';
import { type AllocatedCosts, policyOf } from '../allocation/allocateCosts.js';
import type { ChargeCategory } from '../costs/BillLine.js';

/** A part of a charge with all that stands in an allocation that is kept: it can be read without the bill. */
export interface StatedRow extends AllocatedRow {
  readonly category: ChargeCategory;
  /** The charge's own days, the end exclusive: of a correction, those it was first charged for. */
  readonly start: UtcDay;
  readonly end: UtcDay;
  /** The policy it was split by. */
  readonly method: string;
}

/** Names of the policies as consumers of FOCUS see them; another way to split would be another version. */
const METHODS = {
  proportional: 'usage-proportional/v1',
  even: 'even/v1',
  weighted: 'weighted/v1',
  none: 'none/v1',
} as const;

/** The rows of an allocation with what their charges say, by charge, recipient and kind. */
export function statedRows(costs: AllocatedCosts, allocation: Pick<Allocation, 'policies'>): readonly StatedRow[] {
  const charges = new Map(costs.charges.map((charge) => [charge.charge_id, charge]));
  return costs.rows.flatMap((row) => {
    const charge = charges.get(row.charge_id);
    if (charge === undefined) return [];
    const { category, start, end } = charge;
    return [{ ...row, category, start, end, method: METHODS[policyOf(charge, allocation).policy] }];
  });
}

/** What a row is about: rows of one key are one part of one charge. */
export function statedKey(row: StatedRow): string {
  const { charge_id, start, end, service, category, recipient, kind, passed_from } = row;
  return JSON.stringify([charge_id, start, end, service, category, recipient, kind, passed_from ?? '']);
}
