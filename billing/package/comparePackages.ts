import { join } from 'node:path';
import Big from 'big.js';
import { type MemoryDuckDb, sqlText } from '../../queries/index.js';
import type { FocusDataset } from '../focus/FocusColumn.js';
import type { BillingManifest } from './BillingManifest.js';

/** How the charges of one version differ from those of another, by their ids. */
export interface VersionDifference {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly net_amount: string;
}

/** Whether a file of a package is one that {@link chargesOf} reads. */
export function isChargesFile(name: string): boolean {
  return /^cost_and_usage-\d+\.parquet$/.test(name);
}

/** The Parquet files of a package's charges, as DuckDB reads them. */
export function chargesOf(folder: string, datasets: BillingManifest['datasets']): string {
  return parquetOf(folder, datasets, 'cost_and_usage');
}

/** The Parquet files of a dataset of a package, as DuckDB reads them. */
export function parquetOf(folder: string, datasets: BillingManifest['datasets'], dataset: FocusDataset): string {
  const files = datasets
    .filter(({ name, format }) => name === dataset && format === 'parquet')
    .flatMap((part) => part.files.map(({ path }) => sqlText(join(folder, path))));
  return `read_parquet([${files.join(', ')}], hive_partitioning = false)`;
}

/** Counts what changed between two versions' charges, and by how much money. Exact: sums are decimals. */
export async function comparePackages(
  { connection }: MemoryDuckDb,
  before: string,
  after: string,
): Promise<VersionDifference> {
  const compared = ['BilledCost', 'ConsumedQuantity', 'ContractedUnitPrice', 'BillingAccountId', 'ChargeDescription'];
  const differ = compared.map((name) => `a."${name}" is distinct from b."${name}"`).join(' or ');
  const answer = await connection.runAndReadAll(`select
      count(*) filter (where a."x_ChargeId" is null), count(*) filter (where b."x_ChargeId" is null),
      count(*) filter (where a."x_ChargeId" is not null and b."x_ChargeId" is not null and (${differ})),
      cast(coalesce(sum(b."BilledCost"), 0) as varchar), cast(coalesce(sum(a."BilledCost"), 0) as varchar)
    from ${before} a full outer join ${after} b on a."x_ChargeId" = b."x_ChargeId"`);
  const [added, removed, changed, now, then] = answer.getRows()[0] ?? [];
  return {
    added: Number(added),
    removed: Number(removed),
    changed: Number(changed),
    net_amount: new Big(String(now)).minus(String(then)).toFixed(),
  };
}
