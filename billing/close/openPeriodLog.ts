import type { ExportHome } from '../package/ExportHome.js';
import { PeriodLog } from './PeriodLog.js';

/**
 * The log of periods beside an export's packages. Throws what its store throws, and INPUT_INVALID for a damaged log.
 */
export async function openPeriodLog(home: ExportHome, exportName: string): Promise<PeriodLog> {
  return PeriodLog.open(await home.objects(), exportName);
}
