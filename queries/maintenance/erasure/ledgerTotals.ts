import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError, LAKE, RESERVED_TENANTS } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { partsOf } from '../../ledger/partsOf.js';
import type { LedgerTotals } from './PendingErasure.js';

/** The ledger's sums of all tenants, by service, meter and unit, and what of them is `_erased`'s. */
export async function ledgerTotals(connection: DuckDBConnection, lake: string): Promise<LedgerTotals> {
  const bookings = join(lake, LAKE.bookings);
  const parts = await partsOf(await readLog(lake), bookings);
  if (parts.length === 0) return [];
  const files = parts.map(({ name }) => sqlText(join(bookings, name, 'usage.parquet'))).join(', ');
  const reader = await connection.runAndReadAll(`
    select service, meter, unit, cast(sum(quantity_micros) as decimal(38, 0)), cast(sum(events) as bigint),
      cast(coalesce(sum(quantity_micros) filter (where tenant_id = ${sqlText(RESERVED_TENANTS.erased)}), 0) as decimal(38, 0))
    from read_parquet([${files}]) group by all order by all`);
  return reader.getRows().map(([service, meter, unit, quantity, events, erased]) => ({
    service: String(service),
    meter: String(meter),
    unit: String(unit),
    quantity_micros: String(quantity),
    events: String(events),
    erased_micros: String(erased),
  }));
}

/** Throws INTERNAL when a sum of all tenants is another than before. */
export function mustBeEqual(before: LedgerTotals, after: LedgerTotals): void {
  const text = (totals: LedgerTotals): readonly string[] =>
    totals.map(({ service, meter, unit, quantity_micros, events }) =>
      [service, meter, unit, quantity_micros, events].join(' '),
    );
  const [old, fresh] = [text(before), text(after)];
  const differing = [...old, ...fresh].find((line) => !old.includes(line) || !fresh.includes(line));
  if (differing === undefined) return;
  throw new AppError('INTERNAL', 'an erasure changed a total of the ledger', {
    got: differing,
    hint: 'the erasure has not ended; restore the ledger from a backup and report this',
  });
}
