import type { MeteredUsage } from '../detection/priceUsage.js';
import type { SignalOf } from './SignalOf.js';

/** What applications' SDK clients say of being throttled, on every metered service. */
export const THROTTLED_METER = 'throttled_requests';

/**
 * What the ledger itself tells of the infrastructure: that requests of any tenant were throttled. Where none were it tells
 * nothing, since a service whose clients are not metered is never seen to throttle, and its capacity stays unknown.
 */
export function throttleSignals(usage: readonly Omit<MeteredUsage, 'tenant_id'>[]): SignalOf {
  const throttled = new Map<string, number>();
  for (const { service, meter, event_hour, quantity_micros } of usage) {
    if (meter !== THROTTLED_METER || quantity_micros <= 0n) continue;
    const key = `${service}/${event_hour}`;
    throttled.set(key, (throttled.get(key) ?? 0) + Number(quantity_micros) / 1e6);
  }
  return (service, start) => {
    const requests = throttled.get(`${service}/${start}`);
    return requests === undefined ? undefined : { capacityUse: null, throttledRequests: requests, neighbourBurn: null };
  };
}
