import { foldName, RESOURCE_KINDS } from '../../model/index.js';
import type { WrittenTenant } from '../RegistryState.js';

/**
 * How a registry lies in its table. Keys `pk` and `sk`, both strings:
 *
 * | pk | sk | other attributes |
 * | --- | --- | --- |
 * | registry | version | `version`, a number that every change raises by one |
 * | registry | tenant#ID | the tenant's fields, as in tenantscope.yaml |
 * | registry | plan#ID | the plan's fields |
 * | registry | shared#NAMESPACE | none |
 * | registry | cell#ID | `partition_quota` |
 * | claim | namespaces#NAME, tables#NAME … | `tenant_id`, whose it is: one item a name, so that two tenants never have one |
 * | sent | welcome#ID | what became of the tenant's welcome mail, and for which event it was sent |
 *
 * Who reads the registry asks for the partition `registry` alone.
 */
export const TABLE = {
  claims: 'claim',
  sent: 'sent',
  tenant: 'tenant#',
  plan: 'plan#',
  shared: 'shared#',
  cell: 'cell#',
} as const;

/** Who claims the namespaces that are shared. */
export const SHARED_CLAIMANT = '_shared';

/** What only one tenant can have: the sort keys of its claims. */
export function claimsOf(tenant: WrittenTenant): ReadonlySet<string> {
  const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  const resources = (tenant.resources ?? {}) as Readonly<Record<string, unknown>>;
  return new Set([
    ...list(tenant.namespaces).map(namespaceClaim),
    ...RESOURCE_KINDS.flatMap((kind) => list(resources[kind]).map((rule) => `${kind}#${foldName(kind, rule)}`)),
  ]);
}

/** The claim on a namespace. */
export const namespaceClaim = (namespace: string): string => `namespaces#${namespace}`;

/** Where it stands what became of a tenant's welcome. */
export const welcomeKey = (tenant: string): string => `welcome#${tenant}`;
