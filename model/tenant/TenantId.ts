import * as z from 'zod';

declare const tenantId: unique symbol;

/** The identifier of a tenant: a customer's (`^[a-z0-9][a-z0-9-]{0,62}$`) or a reserved one that starts with `_`. */
export type TenantId = string & { readonly [tenantId]: true };

const CUSTOMER_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * The reserved tenants (design decision 17). They are rows like any other, so that totals always reconcile; no customer
 * can have such a name, since a customer's id starts with a letter or digit.
 */
export const RESERVED_TENANTS = {
  unknown: '_unknown' as TenantId,
  shared: '_shared' as TenantId,
  idle: '_idle' as TenantId,
  canary: '_canary' as TenantId,
  erased: '_erased' as TenantId,
} as const;

const RESERVED: ReadonlySet<string> = new Set(Object.values(RESERVED_TENANTS));

/** True for an id a customer may have. */
export function isCustomerTenantId(text: string): text is TenantId {
  return CUSTOMER_ID.test(text);
}

/** True for one of the reserved tenants. */
export function isReservedTenant(text: string): boolean {
  return RESERVED.has(text);
}

/** True for a customer's id or a reserved one: what may stand in a partition path. */
export function isTenantId(text: string): text is TenantId {
  return RESERVED.has(text) || CUSTOMER_ID.test(text);
}

/** Zod schema of the id of a customer, as it is written in the registry. */
export const customerTenantIdSchema = z.string().refine(isCustomerTenantId, {
  error: 'expected a tenant id: lower-case letters, digits and hyphens, starting with a letter or digit, at most 63',
});

/** Zod schema of any tenant id, reserved ones included. */
export const tenantIdSchema = z.string().refine(isTenantId, { error: 'expected a tenant id or a reserved tenant' });
