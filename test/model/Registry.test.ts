import { describe, expect, it } from 'vitest';
import {
  buildRegistry,
  isCustomerTenantId,
  isReservedTenant,
  isTenantId,
  partitionOf,
  partitionPath,
  RESERVED_TENANTS,
  tenantSchema,
} from '../../model/index.js';

describe('Registry', () => {
  const registry = buildRegistry({
    tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme', 'tenant-acme-batch'] })],
    sharedNamespaces: ['shared-search'],
  });

  it('knows the owner of each namespace', () => {
    expect(registry.ownerOf('tenant-acme-batch')).toEqual({ kind: 'tenant', tenantId: 'acme' });
    expect(registry.ownerOf('shared-search')).toEqual({ kind: 'shared' });
    expect(registry.ownerOf('tenant-evil')).toEqual({ kind: 'none' });
  });

  it('is not fooled by names of object members', () => {
    expect(registry.tenant('constructor')).toBeUndefined();
    expect(registry.ownerOf('__proto__')).toEqual({ kind: 'none' });
  });
});

describe('TenantId', () => {
  it('never takes a reserved name for a customer', () => {
    for (const name of Object.values(RESERVED_TENANTS)) {
      expect(isReservedTenant(name)).toBe(true);
      expect(isTenantId(name)).toBe(true);
      expect(isCustomerTenantId(name)).toBe(false);
    }
  });

  it.each(['Acme', 'a/b', '..', 'a=b', '', '-a', 'a'.repeat(64), 'ä', '_other', 'a b'])('refuses %j', (text) => {
    expect(isTenantId(text)).toBe(false);
  });

  it('makes partition paths that can be read back', () => {
    const path = `${partitionPath(RESERVED_TENANTS.unknown, '2026-11-23' as never)}/x.parquet`;
    expect(path).toBe('events/tenant_id=_unknown/dt=2026-11-23/x.parquet');
    expect(partitionOf(`/some/lake/${path}`)).toEqual({ tenantId: '_unknown', dt: '2026-11-23' });
  });
});
