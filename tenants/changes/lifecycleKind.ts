import type { Tenant } from '../../model/index.js';

/** What can happen to a tenant. */
export type LifecycleKind = 'onboarded' | 'changed' | 'suspended' | 'resumed' | 'offboarded' | 'moved' | 'removed';

/** What happened to a tenant between two states of it; undefined when it was there in neither. */
export function lifecycleKind(before: Tenant | undefined, after: Tenant | undefined): LifecycleKind | undefined {
  if (after === undefined) return before === undefined ? undefined : 'removed';
  if (before === undefined) return 'onboarded';
  if (after.status !== before.status) {
    return ({ active: 'resumed', suspended: 'suspended', offboarded: 'offboarded' } as const)[after.status];
  }
  // Offboarded again: it leaves on another day.
  if (after.status === 'offboarded' && after.effective_until !== before.effective_until) return 'offboarded';
  return after.cell === before.cell ? 'changed' : 'moved';
}
