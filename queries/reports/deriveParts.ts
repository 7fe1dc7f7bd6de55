import type { QueryResult, Rows, Value } from '../engines/QueryResult.js';
import { ratioText } from './deriveShare.js';
import { amountText } from './exactAmounts.js';

/** The columns {@link deriveParts} gives. */
export const PART_COLUMNS = [
  { name: 'tenant_id', type: 'varchar', unit: '' },
  { name: 'service', type: 'varchar', unit: '' },
  { name: 'basis', type: 'varchar', unit: '' },
  { name: 'unit', type: 'varchar', unit: '' },
  { name: 'kind', type: 'varchar', unit: '' },
  { name: 'rank', type: 'bigint', unit: '' },
  { name: 'caller', type: 'varchar', unit: '' },
  { name: 'callers', type: 'bigint', unit: '' },
  { name: 'amount', type: 'decimal(38,18)', unit: 'see basis' },
  { name: 'share', type: 'decimal(38,6)', unit: 'ratio' },
  { name: 'events', type: 'bigint', unit: 'entries' },
] as const;

/** Adds to top-callers and tenant-callers what needs exact division: the part of the tenant's total in the row's basis. */
export function deriveParts(raw: QueryResult): Rows {
  return raw.rows.map((row) => {
    const at = (name: string): Value => row[raw.columns.indexOf(name)] ?? null;
    const big = (name: string): bigint => BigInt(String(at(name) ?? 0));
    return [
      ...['tenant_id', 'service', 'basis', 'unit', 'kind', 'rank', 'caller', 'callers'].map(at),
      amountText(big('amount'), at('basis') === 'USD' ? 18 : 6),
      ratioText(big('amount'), big('total')),
      at('events'),
    ];
  });
}
