import type { Settings } from './readSettings.js';
import { registryTable } from './registryTable.js';

/** Where the registry is, as `registry.from` names it: the table where there is one; undefined where it is in tenantscope.yaml. */
export function registryFrom({ deployment, config }: Settings): string | undefined {
  return deployment.tenants.table ? `dynamodb://${registryTable(deployment.prefix)}` : config.registry.from;
}
