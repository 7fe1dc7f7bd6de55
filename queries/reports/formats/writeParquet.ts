import { loadRows, quoted } from '../../engines/loadRows.js';
import { openMemory } from '../../engines/openMemory.js';
import type { Rows } from '../../engines/QueryResult.js';
import { sqlText } from '../../engines/sqlText.js';
import type { ReportFrame } from '../ReportResult.js';
import type { ReportColumn } from '../reportColumns.js';
import { jsonParameters } from './jsonEnvelope.js';

/**
 * Writes rows as a Parquet file, each column with the type its header declares: decimals and timestamps (UTC) stay what they
 * are. `end` gives the rest of the answer once the rows were read; it stands in the file's metadata (`tenantscope.…`) and is
 * answered. The file must not exist; the caller puts it in its place.
 */
export async function writeParquet(
  file: string,
  columns: readonly ReportColumn[],
  batches: AsyncIterable<Rows>,
  end: () => Promise<ReportFrame>,
): Promise<ReportFrame> {
  const memory = await openMemory();
  try {
    await loadRows(memory.connection, 'answer', columns, batches);
    const frame = await end();
    const metadata = Object.entries(metadataOf(frame)).map(([name, value]) => `${quoted(name)}: ${sqlText(value)}`);
    await memory.connection.run(
      `copy answer to ${sqlText(file)} (format parquet, compression zstd, kv_metadata {${metadata.join(', ')}})`,
    );
    return frame;
  } finally {
    await memory.close();
  }
}

function metadataOf({ report, title, params, stats, warnings }: ReportFrame): Readonly<Record<string, string>> {
  return {
    'tenantscope.report': report,
    'tenantscope.title': title,
    'tenantscope.params': JSON.stringify(jsonParameters(params)),
    'tenantscope.data_through': stats.data_through ?? '',
    'tenantscope.completeness': stats.completeness,
    'tenantscope.generated_at': stats.generated_at,
    'tenantscope.warnings': JSON.stringify(warnings),
  };
}
