import { AppError } from '../../model/index.js';
import type { Settings } from './readSettings.js';

/** Name of the registry's table. */
export const registryTable = (prefix: string): string => `${prefix}-registry`;

/** Where the registry is, as `registry.from` names it: the table where there is one; undefined where it is in tenantscope.yaml. */
export function registryFrom({ deployment, config }: Settings): string | undefined {
  return deployment.tenants.table ? tableUrl(deployment.prefix) : config.registry.from;
}

const tableUrl = (prefix: string): string => `dynamodb://${registryTable(prefix)}`;

/** Refuses a deployment whose registry would be in two places. Throws CONFIG_INVALID. */
export function requireOneRegistry({ deployment, config }: Settings): void {
  if (!deployment.tenants.table) return;
  const table = tableUrl(deployment.prefix);
  const { from } = config.registry;
  if (config.tenants.length === 0 && (from === undefined || from === table)) return;
  throw new AppError('CONFIG_INVALID', 'the registry would be in two places', {
    expected: `no tenants in tenantscope.yaml, and registry.from ${table} or none, since deployment.yaml has tenants.table`,
    got: from ?? `${config.tenants.length} tenants there`,
    hint: `deploy the table alone, then: tenantscope tenant import tenantscope.yaml --registry ${table} (docs/tenants.md)`,
  });
}
