import { sqlText } from '../../engines/sqlText.js';
import type { TenantNames } from './TenantNames.js';

/**
 * Where a line was printed. It stays unless it names the tenant itself, and then becomes a keyed hash, so that places stay
 * apart: the ledger books lines, heartbeats and files by it, and must come out the same when it is computed again from events.
 */
export const PLACE_COLUMNS: readonly string[] = [
  'service_name',
  'cluster',
  'node',
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'source_file',
];

/** Condition: a place is one of the tenant's names, or holds one. */
export function isName(column: string, tenant: TenantNames): string {
  return `coalesce(${column} in (${tenant.names.map(sqlText).join(', ')}), false) or ${tenant.inColumn(column)}`;
}

/** What takes the place of a text that must stay unlike others: SQL of a hash nobody can compute without the key. */
export function hashed(column: string, key: string, engine: 'duckdb' | 'trino' = 'duckdb'): string {
  const text = `${sqlText(key)} || ${column}`;
  const hash = engine === 'duckdb' ? `sha256(${text})` : `lower(to_hex(sha256(to_utf8(${text}))))`;
  return `substr(${hash}, 1, 32)`;
}
