import { configSchema } from '../../model/index.js';
import type { RegistryState, WrittenTenant } from '../../tenants/RegistryState.js';

/** A registry of tenants as they would be written. */
export function registryState(
  tenants: readonly WrittenTenant[],
  more: { readonly plans?: readonly { readonly id: string }[]; readonly cells?: RegistryState['cells'] } = {},
): RegistryState {
  const config = configSchema.parse({ tenants, plans: more.plans ?? [] });
  return {
    version: '1',
    tenants: config.tenants,
    written: new Map(tenants.map((tenant) => [String(tenant.id), tenant])),
    plans: config.plans,
    sharedNamespaces: [],
    cells: more.cells ?? [],
  };
}
