import type { Plan, Tenant } from '../model/index.js';

/** A tenant's fields as they stand in its home, without the defaults of those that do not. */
export type WrittenTenant = Readonly<Record<string, unknown>>;

/** A cell as its home or deployment.yaml tells of it. */
export interface KnownCell {
  readonly id: string;
  /** Active partitions Firehose allows its delivery stream. */
  readonly partitionQuota: number;
}

/** All of a registry as it was at one moment. */
export interface RegistryState {
  /** Equal versions are equal registries. */
  readonly version: string;
  readonly tenants: readonly Tenant[];
  readonly written: ReadonlyMap<string, WrittenTenant>;
  readonly plans: readonly Plan[];
  readonly sharedNamespaces: readonly string[];
  readonly cells: readonly KnownCell[];
}

/** What becomes of one tenant's fields. */
export interface TenantEdit {
  readonly id: string;
  /** The tenant is not there yet. */
  readonly create: boolean;
  /** New values by field; undefined takes the field out. Fields that are not named stay. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A tenant's fields with an edit in them. */
export function edited(written: WrittenTenant, { id, fields }: TenantEdit): WrittenTenant {
  return Object.fromEntries(Object.entries({ id, ...written, ...fields }).filter(([, value]) => value !== undefined));
}
