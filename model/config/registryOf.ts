import { buildRegistry, type Registry } from '../tenant/Registry.js';
import type { Config } from './configSchema.js';

/** The registry snapshot of a project file. */
export function registryOf(config: Config): Registry {
  return buildRegistry({
    tenants: config.tenants,
    plans: config.plans,
    sharedNamespaces: config.shared_namespaces,
    meterSources: config.meter_sources,
    redaction: config.redaction,
    customMeters: config.meters,
    tenantKeys: config.identity.tenant_keys,
  });
}
