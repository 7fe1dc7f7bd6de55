import { AppError } from '../../model/index.js';
import type { Settings } from './readSettings.js';
import { registryTable } from './registryTable.js';

/** Refuses a deployment whose registry would be in two places. Throws CONFIG_INVALID. */
export function requireOneRegistry({ deployment, config }: Settings): void {
  if (!deployment.tenants.table) return;
  const table = `dynamodb://${registryTable(deployment.prefix)}`;
  const { from } = config.registry;
  if (config.tenants.length === 0 && (from === undefined || from === table)) return;
  throw new AppError('CONFIG_INVALID', 'the registry would be in two places', {
    expected: `no tenants in tenantscope.yaml, and registry.from ${table} or none, since deployment.yaml has tenants.table`,
    got: from ?? `${config.tenants.length} tenants there`,
    hint: `deploy the table alone, then: tenantscope tenant import tenantscope.yaml --registry ${table} (docs/tenants.md)`,
  });
}
