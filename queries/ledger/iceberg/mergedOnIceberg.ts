import { AppError } from '../../../model/index.js';
import { ledgerId } from './ensureTables.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { readStanding } from './standing.js';

/** The sealed dates that a ledger in Iceberg has merged. Throws LAKE_EMPTY when there is no ledger, USAGE when it is another lake's. */
export async function mergedOnIceberg(ledger: IcebergLedger): Promise<ReadonlySet<string>> {
  if ((await ledgerId(ledger)) !== undefined) return new Set((await readStanding(ledger)).sealed.keys());
  throw new AppError('LAKE_EMPTY', 'there is no ledger in this schema', {
    got: `${ledger.place.catalog}.${ledger.place.schema}`,
    hint: 'build it with: tenantscope ledger build',
  });
}
