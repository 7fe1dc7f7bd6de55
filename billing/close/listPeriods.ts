import type { ExportHome } from '../package/ExportHome.js';
import { openPeriodLog } from './openPeriodLog.js';

/** A period whose close has begun, for people and programs. */
export interface ListedPeriod {
  readonly period: string;
  readonly state: 'closing' | 'approved' | 'closed';
  readonly begun: string;
  readonly approved: string | null;
  readonly booked_through: string;
  readonly accepted_incomplete: string | null;
  readonly closed: { readonly version: number; readonly manifest_sha256: string; readonly billed: string } | null;
}

/** The periods of an export that are closing or closed, ascending; all others are open. Throws as `openPeriodLog`. */
export async function listPeriods(home: ExportHome, exportName: string): Promise<readonly ListedPeriod[]> {
  const log = await openPeriodLog(home, exportName);
  return log.begun().map(({ period, state, begun, approved, closed, facts }) => ({
    ...{ period, state, begun: begun.by, approved: approved?.by ?? null, booked_through: facts.booked_through },
    accepted_incomplete: facts.accepted_incomplete,
    closed:
      closed === undefined
        ? null
        : {
            version: closed.export_version,
            manifest_sha256: closed.manifest_sha256,
            billed: Object.entries(closed.billed)
              .map(([currency, amount]) => `${amount} ${currency}`)
              .join(', '),
          },
  }));
}
