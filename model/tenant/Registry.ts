import { DEFAULT_REDACTION, type Redaction } from '../config/redaction.js';
import type { CustomMeter } from '../usage/customMeters.js';
import { DEFAULT_METER_SOURCES, type MeterSources } from '../usage/meterSources.js';
import { compileResourceRules, type ResourceOwner } from './resourceRules.js';
import type { Plan, Tenant } from './Tenant.js';
import type { TenantId } from './TenantId.js';

/** What loggers and OpenTelemetry call it. */
export const DEFAULT_TENANT_KEYS = ['tenant_id', 'tenant.id', 'tenantId', 'tenant'] as const;

/** Who owns a Kubernetes namespace. */
export type NamespaceOwner =
  | { readonly kind: 'tenant'; readonly tenantId: TenantId }
  | { readonly kind: 'shared' }
  | { readonly kind: 'none' };

/**
 * A snapshot of who the tenants are, indexed for the per-line path. Immutable: a change is a new snapshot.
 * The transform asks it on every line, so lookups are plain map reads.
 */
export interface Registry {
  readonly tenants: ReadonlyMap<TenantId, Tenant>;
  readonly plans: ReadonlyMap<string, Plan>;
  /** The tenant registered under an id, or undefined. Reserved tenants are not registered. */
  tenant(id: string): Tenant | undefined;
  /** Whose namespace this is. */
  ownerOf(namespace: string): NamespaceOwner;
  /** Whose cloud resource this is, by `tenants[].resources`; undefined when no rule says so. */
  readonly ownerOfResource: ResourceOwner;
  /** Which source of a meter counts where there are two. */
  readonly meterSources: MeterSources;
  /** What is taken out of lines before they are stored. */
  readonly redaction: Redaction;
  /** Meters that users read out of their own lines. */
  readonly customMeters: readonly CustomMeter[];
  /** Names under which lines of shared services and imported ones say whose usage it is; the first that is there counts. */
  readonly tenantKeys: readonly string[];
}

/**
 * Builds a registry snapshot. The configuration was validated before (no duplicate ids or namespaces), so the last
 * writer never matters here.
 */
export function buildRegistry(input: {
  readonly tenants: readonly Tenant[];
  readonly plans?: readonly Plan[];
  readonly sharedNamespaces?: readonly string[];
  readonly meterSources?: MeterSources;
  readonly redaction?: Redaction;
  readonly customMeters?: readonly CustomMeter[];
  readonly tenantKeys?: readonly string[];
}): Registry {
  const tenants = new Map<TenantId, Tenant>(input.tenants.map((tenant) => [tenant.id as TenantId, tenant]));
  const plans = new Map((input.plans ?? []).map((plan) => [plan.id, plan]));
  const owners = new Map<string, NamespaceOwner>();
  for (const namespace of input.sharedNamespaces ?? []) owners.set(namespace, { kind: 'shared' });
  for (const tenant of input.tenants) {
    for (const namespace of tenant.namespaces)
      owners.set(namespace, { kind: 'tenant', tenantId: tenant.id as TenantId });
  }
  const none: NamespaceOwner = { kind: 'none' };
  return {
    tenants,
    plans,
    tenant: (id) => tenants.get(id as TenantId),
    ownerOf: (namespace) => owners.get(namespace) ?? none,
    ownerOfResource: compileResourceRules(input.tenants),
    meterSources: input.meterSources ?? DEFAULT_METER_SOURCES,
    redaction: input.redaction ?? DEFAULT_REDACTION,
    customMeters: input.customMeters ?? [],
    tenantKeys: input.tenantKeys ?? DEFAULT_TENANT_KEYS,
  };
}
