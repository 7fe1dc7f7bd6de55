import { erasedHash } from '../../lake/ErasedTenants.js';
import { readLog } from '../../ledger/ledgerLog.js';

/** When a tenant was last erased from a lake, an ISO instant; undefined when it never was, or there is no lake. Throws LAKE_DAMAGED. */
export async function erasedOn(lake: string, tenant: string): Promise<string | undefined> {
  const erasures = (await readLog(lake)).filter((entry) => entry.kind === 'erasure');
  return erasures.findLast(({ salt, tenant: hash }) => erasedHash(tenant, salt) === hash)?.erased_at;
}
