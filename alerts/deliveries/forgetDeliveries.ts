import type { DeliveryStore } from './DeliveryStore.js';
import type { IncidentDeliveries } from './IncidentDeliveries.js';

const ERASED = 'the tenant was erased';

/**
 * Deliveries without a tenant: messages that name it go, and with them what still waits to be sent of them. An alert that stands
 * at a receiver is not resolved by this: resolve its incident first. Throws what the store throws.
 *
 * @param names whether a text names the tenant
 */
export async function forgetDeliveries(
  store: DeliveryStore,
  tenant: string,
  names: (text: string) => boolean,
): Promise<void> {
  for (const incidentId of await store.since(0))
    await store.change(incidentId, (of) => (of === undefined ? of : forgotten(of, tenant, names)));
}

function forgotten(of: IncidentDeliveries, tenant: string, names: (text: string) => boolean): IncidentDeliveries {
  const gone = of.messages.filter((message) => message.tenant_id === tenant || names(JSON.stringify(message)));
  const ids = new Set(gone.map(({ id }) => id));
  if (gone.length === 0 && !of.deliveries.some(({ detail }) => names(detail))) return of;
  return {
    ...of,
    messages: of.messages.filter(({ id }) => !ids.has(id)),
    deliveries: of.deliveries.map((one) => {
      const detail = names(one.detail) ? ERASED : one.detail;
      const open = one.state === 'pending' || one.state === 'resending';
      if (!open || !ids.has(one.message_id)) return { ...one, detail };
      return { ...one, state: one.state === 'pending' ? 'superseded' : 'sent', detail: ERASED, claim: null };
    }),
  };
}
