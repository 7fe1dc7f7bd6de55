import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, LAKE, RESERVED_TENANTS, systemCode } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { sqlText } from '../engines/sqlText.js';

/** One line of a canary run as the lake holds it. */
export interface CanaryArrival {
  readonly number: number;
  /** Rows with this line's identity; more than one are duplicates, which the ledger counts once. */
  readonly rows: number;
  /** Epoch milliseconds of the first arrival at the stream. */
  readonly arrival: number;
}

/**
 * The lines of one canary run that can be queried now. Reads only the canary's own partition. Throws LAKE_NOT_FOUND, and
 * LAKE_DAMAGED when an object cannot be read.
 */
export async function readCanary(options: {
  readonly lake: string;
  readonly run: string;
  readonly memoryMb: number;
  readonly threads: number;
}): Promise<readonly CanaryArrival[]> {
  await checkLake(options.lake);
  const folder = join(options.lake, LAKE.events, `tenant_id=${RESERVED_TENANTS.canary}`);
  if ((await filesIn(folder)) === 0) return [];
  const { connection, close } = await openScratch(options);
  try {
    const result = await connection.runAndReadAll(
      `select source_offset, count(*), min(epoch_ms(arrival_time))
       from read_parquet(${sqlText(join(folder, '*/*.parquet'))}, union_by_name = true)
       where pod_uid = ${sqlText(options.run)} group by source_offset order by source_offset`,
    );
    return result
      .getRows()
      .map(([number, rows, arrival]) => ({ number: Number(number), rows: Number(rows), arrival: Number(arrival) }));
  } catch (error) {
    throw new AppError('LAKE_DAMAGED', "the canary's lines cannot be read", { got: folder, cause: error });
  } finally {
    await close();
  }
}

async function filesIn(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true });
    return entries.filter((name) => name.endsWith('.parquet')).length;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
