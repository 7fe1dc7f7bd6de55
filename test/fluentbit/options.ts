import { parseFluentBitVersion, SIDECAR_DEFAULTS, type SidecarOptions } from '../../fluentbit/index.js';
import type { TenantId } from '../../model/index.js';

/** Options of a sidecar as the tests render it; any of them can be given another value. */
export function sidecarOf(changes: Partial<SidecarOptions> = {}): SidecarOptions {
  const { version, ...defaults } = SIDECAR_DEFAULTS;
  return {
    ...defaults,
    tenantId: 'acme' as TenantId,
    namespace: 'tenant-acme',
    cluster: 'prod-1',
    version: parseFluentBitVersion(version),
    roleArn: undefined,
    restrictEgress: false,
    limits: {},
    ...changes,
  };
}
