import type { DeliveryStore } from './DeliveryStore.js';
import { type IncidentDeliveries, isFinal } from './IncidentDeliveries.js';
import { isDamaged } from './isDamaged.js';

/** How long one run may take for it; what is left is left to another day's run. */
const BUDGET_MS = 20_000;

/**
 * Forgets the deliveries of incidents that were resolved: all of them once the last is over and older than `keptMs`. Done once a
 * UTC day, by one of the runs; returns how many incidents were forgotten. An incident that was never resolved is kept, since its
 * resolution is told where the rest was, and so is one that cannot be read. Throws what the store throws.
 */
export async function forgetOldDeliveries(store: DeliveryStore, clock: () => number, keptMs: number): Promise<number> {
  const now = clock();
  if (!(await store.takeDay(now))) return 0;
  const before = now - keptMs;
  let forgotten = 0;
  for (const [incidentId, marks] of await store.untouchedSince(before)) {
    if (clock() - now >= BUDGET_MS) break;
    try {
      if (!(await store.forget(incidentId, (of) => isOver(of, before)))) continue;
      await store.dropMarks(marks);
      forgotten += 1;
    } catch (error) {
      if (!isDamaged(error)) throw error;
    }
  }
  return forgotten;
}

/** Nothing is kept of the messages of an erased tenant: its incident is over, too. */
function isOver({ messages, deliveries }: IncidentDeliveries, before: number): boolean {
  const last = messages.at(-1);
  if (last !== undefined && last.event !== 'resolved') return false;
  return deliveries.every((one) => isFinal(one) && Math.max(one.created_at, one.since, one.sent_at ?? 0) < before);
}
