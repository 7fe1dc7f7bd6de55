import { HOUR_MS, startOfHour } from '../../model/index.js';
import type { ServiceUsage } from '../detection/priceUsage.js';
import { ROOMY_CAPACITY } from '../detection/severityOf.js';
import type { SignalOf } from './SignalOf.js';

/** How old an hour may be whose head-room is still told of: metrics are imported by whole hours, some time after them. */
export const CARRIED_HOURS = 3;

/**
 * Head-room of windows shorter than an hour, which are judged before what tells of them comes: the capacity in use of the newest
 * hour that is known, times how much more of the service is used now than then. Only head-room is carried over; what may be
 * pressed stays unknown. Pure.
 *
 * @param hourly what metrics and a file tell by the hour
 * @param services usage by windows of `windowMs`, those hours included
 */
export function carriedRoom(hourly: SignalOf, services: readonly ServiceUsage[], windowMs: number): SignalOf {
  const usage = new Map(services.map(({ service, hours }) => [service, hours]));
  return (service, start) => {
    const used = (from: number, end: number): number => {
      let sum = 0;
      for (let at = from; at < end; at += windowMs)
        for (const amount of usage.get(service)?.get(at)?.values() ?? []) sum += amount;
      return sum / (end - from);
    };
    for (
      let hour = startOfHour(start) - HOUR_MS;
      hour >= startOfHour(start) - CARRIED_HOURS * HOUR_MS;
      hour -= HOUR_MS
    ) {
      const known = hourly(service, hour);
      const capacityUse = known?.capacityUse ?? null;
      const then = used(hour, hour + HOUR_MS);
      if (capacityUse === null || then <= 0) continue;
      // Where a neighbour's budget burned there was no room, whatever was in use.
      if (known?.neighbourBurn === true) return undefined;
      const now = (capacityUse * used(start, start + windowMs)) / then;
      return now < ROOMY_CAPACITY ? { capacityUse: now, throttledRequests: null, neighbourBurn: null } : undefined;
    }
    return undefined;
  };
}
