import {
  COLLECTOR_NAMESPACE,
  type CollectorOptions,
  parseFluentBitVersion,
  SIDECAR_DEFAULTS,
  type SidecarOptions,
} from '../../fluentbit/index.js';
import { RESERVED_TENANTS, type TenantId } from '../../model/index.js';

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

/** Options of a shared namespace's sidecar as the tests render it. */
export function sharedSidecarOf(changes: Partial<SidecarOptions> = {}): SidecarOptions {
  return sidecarOf({
    tenantId: RESERVED_TENANTS.shared,
    namespace: 'shared-search',
    stream: 'tenantscope-platform',
    ...changes,
  });
}

/** Options of a collector as the tests render it; any of them can be given another value. */
export function collectorOf(changes: Partial<CollectorOptions> = {}): CollectorOptions {
  const { version, region, stream, image, aggregate, bufferMiB } = SIDECAR_DEFAULTS;
  return {
    namespace: COLLECTOR_NAMESPACE,
    cluster: 'prod-1',
    region,
    stream,
    version: parseFluentBitVersion(version),
    image,
    roleArn: undefined,
    limits: new Map(),
    aggregate,
    bufferMiB,
    ...changes,
  };
}
