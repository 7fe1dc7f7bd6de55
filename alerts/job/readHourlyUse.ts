import type { ListPrice, Window } from '../../model/index.js';
import { type Engine, meterByHour, usedMeters, weighedByHour } from '../../queries/index.js';
import { weighMeters } from '../detection/priceUsage.js';
import { THROTTLED_METER } from '../signals/throttleSignals.js';
import type { HourlyUse } from './HourlyUse.js';

/**
 * Reads usage as it is judged from the ledger: one number a tenant, service and hour, so that weeks of ten thousand tenants are a
 * few hundred megabytes. A statement a service, two beside them, and a third where clients were throttled.
 */
export async function readHourlyUse(engine: Engine, window: Window, prices: readonly ListPrice[]): Promise<HourlyUse> {
  const meters = await usedMeters(engine, window);
  const weighed = weighMeters(meters, prices);
  const amounts = await weighedByHour(
    engine,
    window,
    weighed.flatMap(({ service, weights, scale }) =>
      [...weights].map(([meter, weight]) => ({ service, meter, weight, scale })),
    ),
  );
  return {
    services: weighed.map(({ service, basis, priced }) => ({
      ...{ service, basis, priced },
      hours: amounts.get(service) ?? new Map(),
    })),
    throttled: meters.some(({ meter }) => meter === THROTTLED_METER)
      ? await meterByHour(engine, window, THROTTLED_METER)
      : [],
    used: new Set(meters.flatMap(({ hours }) => hours)),
  };
}
