import {
  type Envelope,
  isCustomerTenantId,
  isReservedTenant,
  isTenantId,
  type QuarantineReason,
  RESERVED_TENANTS,
  type Registry,
  type TenantId,
} from '../model/index.js';

/** Who emitted a line, or why it cannot be believed. */
export type Verdict =
  | { readonly ok: true; readonly tenantId: TenantId; readonly shared: boolean; readonly claimed: string | undefined }
  | { readonly ok: false; readonly reason: QuarantineReason };

/** What identity is judged by. */
export interface IdentityRules {
  readonly registry: Registry;
  readonly trust: 'namespace' | 'stamped';
  /** The record came by the platform's own stream. */
  readonly onPlatformStream: boolean;
}

/**
 * Decides whose line it is, from the envelope alone (design decisions 1 and 2): the stamp, checked against the registry
 * and against the namespace. Nothing else in the record has a say.
 */
export function identify(envelope: Partial<Envelope>, rules: IdentityRules): Verdict {
  const { tenant_id: stamp, namespace, source } = envelope;
  if (stamp === undefined || stamp === '') return refuse('identity_missing');
  if (!isTenantId(stamp)) return refuse('identity_invalid');
  if (source !== undefined) return identifyShared(stamp, rules);
  if (namespace !== undefined && rules.registry.ownerOf(namespace).kind === 'shared')
    return identifyShared(stamp, rules);
  if (isReservedTenant(stamp)) {
    const canary = stamp === RESERVED_TENANTS.canary && rules.onPlatformStream;
    return canary ? accept(stamp) : refuse('identity_reserved');
  }
  const registered = rules.registry.tenant(stamp) !== undefined;
  if (namespace === undefined) {
    if (rules.trust === 'namespace') return refuse('identity_unproven');
    return registered ? accept(stamp) : unknown(stamp);
  }
  const owner = rules.registry.ownerOf(namespace);
  if (owner.kind === 'tenant') return owner.tenantId === stamp ? accept(stamp) : refuse('identity_mismatch');
  return registered ? refuse('identity_mismatch') : unknown(stamp);
}

function identifyShared(stamp: TenantId, rules: IdentityRules): Verdict {
  if (!rules.onPlatformStream) return refuse('shared_untrusted');
  if (stamp !== RESERVED_TENANTS.shared) return refuse('identity_mismatch');
  return { ok: true, tenantId: RESERVED_TENANTS.shared, shared: true, claimed: undefined };
}

/**
 * Who consumed what a shared service printed: the tenant it names, when registered. `claimed` keeps a name that is not.
 */
export function identifyConsumer(
  named: unknown,
  registry: Registry,
): { readonly tenantId: TenantId; readonly claimed: string | undefined; readonly named: boolean } {
  if (typeof named !== 'string' || named === '') {
    return { tenantId: RESERVED_TENANTS.unknown, claimed: undefined, named: false };
  }
  if (isCustomerTenantId(named) && registry.tenant(named) !== undefined) {
    return { tenantId: named, claimed: undefined, named: true };
  }
  return { tenantId: RESERVED_TENANTS.unknown, claimed: named, named: true };
}

function accept(tenantId: TenantId): Verdict {
  return { ok: true, tenantId, shared: false, claimed: undefined };
}

function unknown(claimed: string): Verdict {
  return { ok: true, tenantId: RESERVED_TENANTS.unknown, shared: false, claimed };
}

function refuse(reason: QuarantineReason): Verdict {
  return { ok: false, reason };
}
