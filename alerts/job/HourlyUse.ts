import type { ListPrice } from '../../model/index.js';
import { type MeteredUsage, priceUsage, type ServiceUsage } from '../detection/priceUsage.js';
import { THROTTLED_METER } from '../signals/throttleSignals.js';

/** Usage of some hours as it is judged. Hours are their starts, epoch milliseconds, UTC. */
export interface HourlyUse {
  readonly services: readonly ServiceUsage[];
  /** What clients counted of being throttled, of whomever. */
  readonly throttled: readonly Omit<MeteredUsage, 'tenant_id'>[];
  /** Hours that have any usage. */
  readonly used: ReadonlySet<number>;
}

/** The same of usage in memory, as a ledger of it would answer. */
export function hourlyUseOf(usage: readonly MeteredUsage[], prices: readonly ListPrice[]): HourlyUse {
  return {
    services: priceUsage(usage, prices).services,
    throttled: usage.filter(({ meter }) => meter === THROTTLED_METER),
    used: new Set(usage.map(({ event_hour }) => event_hour)),
  };
}
