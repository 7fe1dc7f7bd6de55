import { startOfDay, type Tenant, type Window } from '../../model/index.js';

/** The part of a window in which a tenant is there, and fixed amounts are due: from its first day until its last, exclusive. */
export function presence(tenant: Tenant, window: Window): Window | undefined {
  if (tenant.status === 'offboarded' && tenant.effective_until === undefined) return undefined;
  const from = tenant.effective_from === undefined ? window.start : startOfDay(tenant.effective_from);
  const until = tenant.effective_until === undefined ? window.end : startOfDay(tenant.effective_until);
  const held = { start: Math.max(from, window.start), end: Math.min(until, window.end) };
  return held.start < held.end ? held : undefined;
}
