import { EVENT_COLUMNS, EVENT_PARTITION_COLUMNS, RESERVED_TENANTS, USAGE_FIELDS } from '../../model/index.js';
import { sqlText } from './sqlText.js';
import { trinoType } from './trino/trinoType.js';
import { CALLER_COLUMNS, EVENT_USAGE, EVENTS, type Select } from './viewSelects.js';

/** What of a usage entry is wiped with its tenant. */
const WIPED: Readonly<Record<string, string>> = {
  tenant_id: sqlText(RESERVED_TENANTS.erased),
  resource: "''",
  operation: "''",
  series: "''",
};

/**
 * The views on lines, on Trino and Athena, for a lake whose log has erased tenants: what shared services still print in their
 * name is `_erased`'s here, as it is in the ledger.
 *
 * @param erased ids of erased tenants
 */
export function withoutErased(erased: readonly string[]): { readonly events: Select; readonly eventUsage: Select } {
  if (erased.length === 0) return { events: EVENTS, eventUsage: EVENT_USAGE };
  const ids = erased.map(sqlText).join(', ');
  const entry = USAGE_FIELDS.map(({ name }) => WIPED[name] ?? `u."${name}"`).join(', ');
  const usage = `transform("usage", u -> if(u."tenant_id" in (${ids}), cast(row(${entry}) as ${trinoType({ struct: USAGE_FIELDS })}), u))`;
  const lines = [...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS].map(({ name }) =>
    name === 'usage' ? `${usage} as "usage"` : `"${name}"`,
  );
  const fields = USAGE_FIELDS.map(({ name }) => {
    const wiped = WIPED[name];
    return wiped === undefined ? `"${name}"` : `if("tenant_id" in (${ids}), ${wiped}, "${name}") as "${name}"`;
  });
  const caller = CALLER_COLUMNS.map((name) => `if("tenant_id" not in (${ids}), "${name}") as "${name}"`);
  return {
    events: (table, condition) => `select ${lines.join(', ')} from ${table} where ${condition}`,
    eventUsage: (table, condition) =>
      `select emitter, dt, event_time, event_id, arrival_time, entry, ${caller.join(', ')}, ${fields.join(', ')} from (${EVENT_USAGE(table, condition)})`,
  };
}
