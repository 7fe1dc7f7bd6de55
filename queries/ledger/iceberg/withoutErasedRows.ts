import { anonymousRows } from '../../maintenance/erasure/anonymousLedger.js';
import { TenantNames } from '../../maintenance/erasure/TenantNames.js';
import { quoted } from './IcebergPlace.js';
import type { LedgerPart } from './ledgerParts.js';
import { mergedRows } from './mergedRows.js';

/**
 * The rows a booking writes into a table, erased tenants taken out of them: lines that came after an erasure still count, as
 * `_erased`'s, and nobody sees whose they were. As `anonymiseStaged` does it with files.
 *
 * @param query the rows, less `booked_date`, `manifest` and `attempt`
 * @param erased ids of erased tenants that have rows here
 */
export function withoutErasedRows({ table, merging }: LedgerPart, query: string, erased: readonly string[]): string {
  const stamped = ['booked_date', 'manifest', 'attempt'];
  const columns = table.columns.filter(({ name }) => !stamped.includes(name));
  return erased.reduce((rows, id) => {
    const { stays, columns: changed } = erasedRowsOf(merging.name, columns, id);
    const list = columns.map(({ name }) => `${changed[name] ?? quoted(name)} as ${quoted(name)}`).join(', ');
    return mergedRows(merging, `(select ${list} from (${rows}) where ${stays})`);
  }, query);
}

/** How rows lose a tenant: only what is its own, since nobody knows its other names any more. */
export function erasedRowsOf(file: string, columns: Parameters<typeof anonymousRows>[1], id: string) {
  return anonymousRows(file, columns, new TenantNames(id, [], [], false), '', 'trino');
}
