import { type Column, RESERVED_TENANTS } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { EVENTS_FILE, RECENT_FILE, USAGE_FILE } from '../../ledger/bookingFiles.js';
import { hashed, isName, PLACE_COLUMNS } from './placeColumns.js';
import type { TenantNames } from './TenantNames.js';

/** How the rows of a booking's file lose a tenant. */
export interface AnonymousRows {
  /** Condition: the row is the tenant's, or names it. */
  readonly touched: string;
  /** Condition: the row stays, perhaps changed. */
  readonly stays: string;
  /** The columns that stay rows of, the tenant taken out of them, by name. */
  readonly columns: Readonly<Record<string, string>>;
}

/** Files whose rows add up to something: there the tenant's rows become `_erased`. All other rows of it go. */
const TOTALS: ReadonlySet<string> = new Set([USAGE_FILE, EVENTS_FILE, RECENT_FILE]);

/** Columns in which lines of the platform can name a tenant. */
const TEXTS: Readonly<Record<string, 'blank' | 'hash'>> = {
  resource: 'blank',
  operation: 'blank',
  series: 'hash',
  ...Object.fromEntries(PLACE_COLUMNS.map((name) => [name, 'hash'])),
};

/**
 * How the file of a booking loses a tenant, from its columns. Rows that count become those of `_erased`, resource and
 * operation blank, since those can name the tenant or its users; all sums stay. Samples, heartbeats and the like go. In rows
 * of lines nobody or the platform printed, texts that name it are taken out as in the events themselves.
 *
 * @param key of the hash of series, as in the events
 * @param engine that means the SQL; only DuckDB looks for mentions in texts
 */
export function anonymousRows(
  file: string,
  columns: readonly Pick<Column, 'name'>[],
  tenant: TenantNames,
  key: string,
  engine: 'duckdb' | 'trino' = 'duckdb',
): AnonymousRows {
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  const id = sqlText(tenant.id);
  const owners = ['tenant_id', 'emitter'].filter(has);
  const own =
    owners.length === 0 ? 'false' : `(${owners.map((name) => `coalesce(${name} = ${id}, false)`).join(' or ')})`;
  const printer = has('emitter') ? 'emitter' : has('tenant_id') ? 'tenant_id' : undefined;
  const platforms = [RESERVED_TENANTS.shared, RESERVED_TENANTS.unknown].map(sqlText).join(', ');
  const platform = printer === undefined ? 'false' : `${printer} in (${platforms})`;
  const changed: Record<string, string> = {};
  const mentions: string[] = [];
  for (const [name, how] of Object.entries(TEXTS)) {
    if (!has(name)) continue;
    const place = PLACE_COLUMNS.includes(name);
    const named = `(${platform} and (${place ? isName(name, tenant) : tenant.inColumn(name)}))`;
    mentions.push(named);
    const wiped = how === 'blank' ? `${own} or ${named}` : named;
    const instead = how === 'blank' ? "''" : hashed(name, key, engine);
    changed[name] = `case when ${wiped} then ${instead} else ${name} end`;
  }
  for (const name of owners)
    changed[name] = `case when ${name} = ${id} then ${sqlText(RESERVED_TENANTS.erased)} else ${name} end`;
  return {
    touched: [own, ...mentions].join(' or '),
    stays: TOTALS.has(file) ? 'true' : `not ${own}`,
    columns: changed,
  };
}
