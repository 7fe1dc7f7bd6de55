import type { QueryResult, Rows } from '../engines/QueryResult.js';
import { reasonsOf } from './reasonsOf.js';
import { tenantHours } from './TenantHour.js';

/** The columns {@link deriveCompleteness} gives. */
export const COMPLETENESS_COLUMNS = [
  { name: 'tenant_id', type: 'varchar', unit: '' },
  { name: 'hour', type: 'timestamp', unit: 'UTC hour' },
  { name: 'state', type: 'varchar', unit: '' },
  { name: 'reasons', type: 'varchar', unit: '' },
  { name: 'agents', type: 'bigint', unit: 'agents' },
  { name: 'lines_sent', type: 'bigint', unit: 'lines' },
  { name: 'lines_missing', type: 'bigint', unit: 'lines' },
  { name: 'lines_declared', type: 'bigint', unit: 'lines' },
];

/** The report `completeness` as people read it: what each hour was judged by, in words. */
export function deriveCompleteness(raw: QueryResult): Rows {
  return tenantHours(raw).map((hour) => [
    hour.tenant_id,
    new Date(hour.hour).toISOString(),
    hour.state,
    reasonsOf(hour).join('; '),
    hour.agents,
    hour.lines_sent,
    hour.lines_missing,
    hour.lines_declared,
  ]);
}
