import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError, addDays, type UtcDay, utcDayOf } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { hashFile } from '../../lake/hashFile.js';
import { listFiles } from '../../lake/listFiles.js';
import type { TenantNames } from './TenantNames.js';

/** A file that tells of the tenant and must stay. */
export interface KeptFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The UTC date until which it must be kept: the end of its billing period, or of its writing, and the years after it. */
  readonly until: UtcDay;
}

/**
 * The files of billing exports that name a tenant: what was invoiced is kept by law, and is not touched. Looks into text,
 * gzip and Parquet. Throws INPUT_NOT_FOUND for a folder that is not there.
 *
 * @param keepDays days an export is kept after its period
 */
export async function keptExports(
  connection: DuckDBConnection,
  folders: readonly string[],
  tenant: TenantNames,
  keepDays: number,
): Promise<readonly KeptFile[]> {
  const kept: KeptFile[] = [];
  for (const folder of folders) {
    await stat(folder).catch((error: unknown) => {
      throw new AppError('INPUT_NOT_FOUND', 'a folder of billing exports is not there', {
        got: folder,
        hint: 'check --exports',
        cause: error,
      });
    });
    for (const path of await listFiles(folder, '')) {
      const file = join(folder, path);
      if (!tenant.isNamedIn(path) && !(await tellsOf(connection, file, tenant))) continue;
      const { mtimeMs } = await stat(file);
      kept.push({
        path: file,
        ...(await hashFile(file)),
        until: addDays(periodEnd(path) ?? utcDayOf(mtimeMs), keepDays),
      });
    }
  }
  return kept;
}

async function tellsOf(connection: DuckDBConnection, file: string, tenant: TenantNames): Promise<boolean> {
  if (file.endsWith('.parquet')) {
    const found = await connection.runAndReadAll(
      `select 1 from read_parquet(${sqlText(file)}, hive_partitioning = false) t where ${tenant.namedInColumn('cast(t as varchar)')} limit 1`,
    );
    return found.currentRowCount > 0;
  }
  const bytes = await readFile(file);
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  return tenant.isNamedIn(text.toString('utf8'));
}

/** The day after the last of `BILLING_PERIOD=YYYY-MM` in a path. */
function periodEnd(path: string): UtcDay | undefined {
  const [, year, month] = /BILLING_PERIOD=(\d{4})-(\d{2})/.exec(path) ?? [];
  if (year === undefined || month === undefined) return undefined;
  return utcDayOf(Date.UTC(Number(year), Number(month), 1));
}
