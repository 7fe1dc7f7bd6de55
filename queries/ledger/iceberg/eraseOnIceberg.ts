import type { ErasedTenants } from '../../lake/ErasedTenants.js';
import { tablesOf } from './ensureTables.js';
import { STAGE_PREFIX } from './IcebergBench.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { quoted, tableIn } from './IcebergPlace.js';
import { dropTable } from './icebergDdl.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { erasedRowsOf } from './withoutErasedRows.js';

/**
 * Takes erased tenants out of the rows of a ledger, in place, those of attempts that never counted among them: rows that add
 * up to something become `_erased`'s, the rest of theirs goes, as an erasure does it in files. Each statement is one commit
 * that leaves every sum as it was; repeated, it finds nothing. The files with the names go when `ledger maintain` has
 * rewritten them and their snapshots are a week old. Returns the ids that were found.
 */
export async function eraseOnIceberg(ledger: IcebergLedger, erased: ErasedTenants): Promise<readonly string[]> {
  const { session, place } = ledger;
  const ids = (await ownersIn(ledger)).filter((id) => erased.has(id));
  for (const id of ids) {
    for (const { table, merging } of LEDGER_PARTS) {
      const name = tableIn(place, table.name);
      const { touched, stays, columns } = erasedRowsOf(merging.name, table.columns, id);
      if (stays !== 'true') await session.run(`delete from ${name} where not (${stays})`);
      const changes = Object.entries(columns).map(([column, value]) => `${quoted(column)} = ${value}`);
      await session.run(`update ${name} set ${changes.join(', ')} where ${touched}`);
    }
  }
  // Tables of attempts that died hold lines; one that is still being made fails, and is made again without the tenant.
  if (ids.length > 0)
    for (const name of await tablesOf(ledger))
      if (name.startsWith(STAGE_PREFIX)) await session.run(dropTable(place, name));
  return ids;
}

/** Whoever has rows in the ledger. */
async function ownersIn({ session, place }: IcebergLedger): Promise<readonly string[]> {
  const asked = LEDGER_PARTS.flatMap(({ table }) =>
    ['tenant_id', 'emitter']
      .filter((owner) => table.columns.some(({ name }) => name === owner))
      .map((owner) => `select ${quoted(owner)} as owner from ${tableIn(place, table.name)}`),
  );
  const { rows } = await session.run(
    `select distinct owner from (${asked.join(' union all ')}) where owner is not null`,
  );
  return rows.map(([owner]) => String(owner)).sort();
}
