import type { Engine } from '../../engines/Engine.js';
import type { PreparedReport } from '../prepareReport.js';
import { estimateScan, type ScanEstimate } from './estimateScan.js';
import { readsOf } from './readsOf.js';

/**
 * What a prepared report can read and cost, from the sizes of the files its statements can read; none of them is run.
 * `usdPerTb` is the price where the engine does not say its own. Undefined for an engine that cannot tell its files.
 */
export async function estimateReport(
  engine: Engine,
  { report, batches }: PreparedReport,
  usdPerTb: number,
): Promise<ScanEstimate | undefined> {
  const { files } = engine;
  if (files === undefined) return undefined;
  const statements = [];
  for (const values of batches) statements.push(await files(readsOf(report, values)));
  return estimateScan(statements, engine.usdPerTb ?? usdPerTb);
}
