import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { addDays, type UtcDay, utcDayOf } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { hashFile } from '../../lake/hashFile.js';
import type { ExportFolder } from './ExportFolder.js';
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
 * The files of billing exports that name a tenant, the log of their periods among them: what was invoiced is kept by law, and is
 * not touched. Looks into text, gzip and Parquet. Throws INPUT_NOT_FOUND for a folder that is not there.
 *
 * @param keepDays days an export is kept after its period
 */
export async function keptExports(
  connection: DuckDBConnection,
  folders: readonly ExportFolder[],
  tenant: TenantNames,
  keepDays: number,
): Promise<readonly KeptFile[]> {
  const kept: KeptFile[] = [];
  for (const folder of folders) {
    for (const { path, at } of await folder.list()) {
      const found = await folder.withFile(path, async (file) => {
        if (!tenant.isNamedIn(path) && !(await tellsOf(connection, file, tenant))) return undefined;
        const end = periodEnd(path) ?? (await loggedPeriodEnd(path, file)) ?? utcDayOf(at);
        return { ...(await hashFile(file)), until: addDays(end, keepDays) };
      });
      if (found !== undefined) kept.push({ path: `${folder.name}/${path}`, ...found });
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
  return year === undefined || month === undefined ? undefined : dayAfter(year, month);
}

/** The day after the period that an entry of the log of periods is about: it says whom the period was billed to. */
async function loggedPeriodEnd(path: string, file: string): Promise<UtcDay | undefined> {
  if (!/(^|\/)periods\/\d{10}\.json$/.test(path)) return undefined;
  const [, year, month] = /"period": ?"(\d{4})-(\d{2})"/.exec(await readFile(file, 'utf8')) ?? [];
  return year === undefined || month === undefined ? undefined : dayAfter(year, month);
}

const dayAfter = (year: string, month: string): UtcDay => utcDayOf(Date.UTC(Number(year), Number(month), 1));
