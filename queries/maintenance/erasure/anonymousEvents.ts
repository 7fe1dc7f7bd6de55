import { type Column, EVENT_COLUMNS, RESERVED_TENANTS, USAGE_FIELDS } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { hashed, isName, PLACE_COLUMNS } from './placeColumns.js';
import type { TenantNames } from './TenantNames.js';

const ERASED = sqlText(RESERVED_TENANTS.erased);

/** What tells when something happened and how much of it, and of nobody. */
const KEPT: ReadonlySet<string> = new Set([
  'schema_version',
  'event_id',
  'id_hour',
  'event_time',
  'observed_time',
  'arrival_time',
  'source_offset',
  'severity_number',
  'format',
  'log_bytes',
]);

/** Claims of an event that nobody was registered for when it came. */
const CLAIMS = ['tenantscope.claimed_tenant_id', 'usage.claimed_tenant_id', 'tenantscope.reattributed_to'];

/** Events of the platform that tell of a tenant, and what they become. */
export interface AnonymousEvents {
  /** Condition: the event names the tenant somewhere. */
  readonly names: string;
  /** The columns of the event table, the tenant taken out of them. */
  readonly columns: readonly string[];
}

/**
 * How events of `_shared` and `_unknown` lose a tenant. One that is about it, by a usage entry or a claim, keeps its identity,
 * times and usage, and nothing of its text; its usage entries become `_erased`, their resource and operation blank, their
 * series a keyed hash, so that members of a distinct count stay apart and can be told no more. One that only mentions it
 * loses the columns and attributes that do.
 *
 * @param key of the hash; thrown away when the erasure ends
 */
export function anonymousEvents(tenant: TenantNames, key: string): AnonymousEvents {
  const usage = `len(list_filter(usage, u -> u.tenant_id = ${sqlText(tenant.id)})) > 0`;
  const claims = CLAIMS.map((claim) => `attributes[${sqlText(claim)}] = ${sqlText(tenant.id)}`);
  const claimed = claims.map((claim) => `coalesce(${claim}, false)`).join(' or ');
  const namespace = `coalesce(namespace in (${tenant.names.map(sqlText).join(', ')}), false)`;
  const about = `(coalesce(${usage}, false) or ${claimed} or ${namespace})`;
  const texts = EVENT_COLUMNS.filter(({ name, type }) => !KEPT.has(name) && type === 'varchar');
  const mentioned = [
    ...texts.map(({ name }) => tenant.inColumn(name)),
    tenant.inColumn("array_to_string(map_keys(attributes), ' ')"),
    tenant.inColumn("array_to_string(map_values(attributes), ' ')"),
    tenant.inColumn("array_to_string(problems, ' ')"),
    `coalesce(len(list_filter(usage, u -> ${entryNames(tenant)})), 0) > 0`,
  ];
  return {
    names: `(${about} or ${mentioned.join(' or ')})`,
    columns: EVENT_COLUMNS.map((column) => `${without(column, tenant, key, about)} as ${column.name}`),
  };
}

/** The usage entries of an event, the tenant taken out of them. */
function usageWithout(tenant: TenantNames, key: string): string {
  const own = `u.tenant_id = ${sqlText(tenant.id)}`;
  const changes: Readonly<Record<string, string>> = {
    tenant_id: `case when ${own} then ${ERASED} else u.tenant_id end`,
    resource: `case when ${own} or ${tenant.inColumn('u.resource')} then '' else u.resource end`,
    operation: `case when ${own} or ${tenant.inColumn('u.operation')} then '' else u.operation end`,
    series: `case when (${own} or ${tenant.inColumn('u.series')}) and u.series <> ''
      then ${hashed('u.series', key)} else u.series end`,
  };
  const fields = USAGE_FIELDS.map(({ name }) => `${name} := ${changes[name] ?? `u.${name}`}`);
  return `list_transform(usage, u -> struct_pack(${fields.join(', ')}))`;
}

function entryNames(tenant: TenantNames): string {
  return ['u.resource', 'u.operation', 'u.series'].map((field) => tenant.inColumn(field)).join(' or ');
}

function without({ name, type }: Column, tenant: TenantNames, key: string, about: string): string {
  if (name === 'usage') return usageWithout(tenant, key);
  if (KEPT.has(name)) return name;
  if (PLACE_COLUMNS.includes(name))
    return `case when ${isName(name, tenant)} then ${hashed(name, key)} else ${name} end`;
  if (name === 'attributes')
    // What an agent says of itself are counts, and the ledger books them.
    return `map_from_entries(list_filter(map_entries(attributes), e -> (not ${about} or e.key like 'heartbeat.%')
      and not (${tenant.inColumn('e.key')} or ${tenant.inColumn('e.value')})))`;
  if (name === 'problems') return `list_filter(problems, p -> not ${about} and not ${tenant.inColumn('p')})`;
  if (type === 'varchar') return `case when ${about} or ${tenant.inColumn(name)} then null else ${name} end`;
  return `case when ${about} then null else ${name} end`;
}
