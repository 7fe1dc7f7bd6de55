import {
  type Column,
  DEFAULT_QUOTAS,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  type ListPrice,
  picodollarsPerUnit,
  QUOTA_COLUMNS,
  type Quota,
  quotaGrain,
  type Registry,
  USAGE_FIELDS,
} from '../../model/index.js';
import { sqlText } from './sqlText.js';
import { statedUser } from './statedUser.js';
import { trinoType } from './trino/trinoType.js';

/**
 * What views are on Trino and Athena: a query of a table for the rows of which a condition holds. Each is a plain SELECT,
 * so that a report's own conditions on its partitions reach the table.
 */
export type Select = (table: string, condition: string) => string;

/** Columns as they are. */
export function plain(columns: readonly Column[]): Select {
  return (table, condition) => `select ${namesOf(columns)} from ${table} where ${condition}`;
}

/** Lines. */
export const EVENTS: Select = plain([...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS]);

/** What of a line says on whose behalf and where it was printed: an erased tenant's goes with its usage. */
export const CALLER_COLUMNS = ['user_id', 'http_request_method', 'http_route', 'url_path'] as const;

/** One row an entry of usage; a line without any has none. */
export const EVENT_USAGE: Select = (table, condition) => {
  const fields = USAGE_FIELDS.map(({ name }) => `"${name}"`).join(', ');
  const entry = USAGE_FIELDS.map(({ name }) => `u."${name}"`).join(', ');
  const user = statedUser((key) => `element_at(l.attributes, ${sqlText(key)})`);
  return `select l.tenant_id as emitter, l.dt, l.event_time, l.event_id, l.arrival_time, u."entry", ${user} as user_id,
    l.http_request_method, l.http_route, l.url_path, ${entry}
    from ${table} l cross join unnest(l.usage) with ordinality as u (${fields}, "entry") where ${condition}`;
};

/** Firehose's lines; the local delivery ends the message with the reason. A blank line has no arrival, and is no record. */
export const QUARANTINE: Select = (table, condition) => {
  // In two steps, since `date_add` takes no more milliseconds than an integer holds.
  const day = `date_add('day', arrivaltimestamp / 86400000, timestamp '1970-01-01 00:00:00.000')`;
  // `\\z`: before a `$` Trino would allow a line break.
  const reason = `coalesce(nullif(regexp_extract(errormessage, ': ([a-z_]+)\\z', 1), ''), 'unstated')`;
  return `select substr(cast(arrival_time as varchar), 1, 10) as dt, arrival_time, reason, bytes
    from (select date_add('millisecond', arrivaltimestamp % 86400000, ${day}) as arrival_time, ${reason} as reason,
      length(from_base64(rawdata)) as bytes from ${table} where arrivaltimestamp is not null and ${condition})`;
};

/** The configured list prices, as rows of the statement itself. */
export function listPricesSelect(prices: readonly ListPrice[]): string {
  return valuesSelect(
    [column('service'), column('meter'), column('picodollars_per_unit', 'bigint')],
    prices.map((price) => [price.service, price.meter, String(picodollarsPerUnit(price))]),
  );
}

/** The registry's tenants, as rows of the statement itself. */
export function tenantsSelect(registry: Registry): string {
  return valuesSelect(
    [column('tenant_id'), column('name'), column('plan'), column('cell')],
    [...registry.tenants.values()].map(({ id, name, plan, cell }) => [id, name ?? id, plan ?? '', cell]),
  );
}

/** The project file's quotas, as rows of the statement itself; the defaults when none are given. */
export function quotasSelect(quotas: readonly Quota[] = DEFAULT_QUOTAS): string {
  return valuesSelect(QUOTA_COLUMNS, quotaRows(quotas));
}

/** Quotas as rows of {@link QUOTA_COLUMNS}, values as text. */
export function quotaRows(quotas: readonly Quota[]): readonly (readonly string[])[] {
  return quotas.map((quota) => {
    const { grain, limitMicros } = quotaGrain(quota);
    return [quota.name, quota.service, quota.meter, quota.per, grain, String(limitMicros)];
  });
}

/** No rows, of these columns: `in ()` and `values` cannot be empty. */
export function nothing(columns: readonly Column[]): string {
  return `select ${columns.map(({ name, type }) => `cast(null as ${trinoType(type)}) as "${name}"`).join(', ')} where false`;
}

const column = (name: string, type: 'varchar' | 'bigint' = 'varchar'): Column => ({ name, type, description: '' });
const namesOf = (columns: readonly Column[]): string => columns.map(({ name }) => `"${name}"`).join(', ');

/** Rows that are known before anything is asked, as rows of the statement itself. */
export function valuesSelect(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return nothing(columns);
  const list = columns.map(({ name, type }) => `cast("${name}" as ${trinoType(type)}) as "${name}"`).join(', ');
  return `select ${list} from (values ${rows.map((row) => `(${row.map(sqlText).join(', ')})`).join(', ')}) t (${namesOf(columns)})`;
}
