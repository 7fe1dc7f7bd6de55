import type { Engine } from '../engines/Engine.js';
import { renderReport } from './parameters.js';
import type { PreparedReport } from './prepareReport.js';
import type { Report } from './Report.js';

/** True for a report that reads single lines, whose partitions are arrival dates. */
export function readsLines(report: Report): boolean {
  return report.table === 'events' || report.table === 'event_usage';
}

/**
 * What a report's lateness bound leaves out, counted from the bookings: lines of the window that arrived on other dates
 * than were read. A bound that silently hid lines would make "no errors" mean "not looked".
 */
export async function missedLines(
  engine: Engine,
  { report, batches }: Pick<PreparedReport, 'report' | 'batches'>,
): Promise<readonly string[]> {
  const name = (...types: readonly string[]): string | undefined =>
    report.params.find(({ type }) => types.includes(type))?.name;
  const window = name('window');
  const lateness = name('lateness');
  if (window === undefined || lateness === undefined) return [];
  const tenants = name('tenant_id', 'tenant_ids');
  const sql = `select cast(sum(events) as bigint) from booked_events
    where event_hour >= {{${window}.start}} and event_hour < {{${window}.end}}
      and (dt < {{${window}.first_dt}} or dt > {{${window}.last_dt}})
      ${tenants === undefined ? '' : `and emitter in ({{${tenants}}})`}`;
  let missed = 0n;
  for (const values of batches) {
    const answer = await engine.query(renderReport({ ...report, sql }, values));
    missed += BigInt(String(answer.rows[0]?.[0] ?? 0));
  }
  if (missed === 0n) return [];
  return [
    `${missed} lines of the window arrived more than ${String(batches[0]?.[lateness])} days after it, or before, and were not read; raise ${lateness}`,
  ];
}
