import { findMeter, type Problem, type TenantId, type Usage } from '../model/index.js';
import { isObject } from './jsonObject.js';
import type { Metered } from './meterDynamoDb.js';
import { quantityOf } from './sources/quantities.js';
import { USAGE_LIMIT } from './textLimits.js';

/** The line of a call metered by `@tenantscope/metering`, or undefined when it prints none. */
export function printedCall(app: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const { metering } = app;
  return isObject(metering) && metering.v === 1 && Array.isArray(metering.usage) ? metering : undefined;
}

/**
 * Reads a metered call: `{v: 1, service, operation, usage: [{resource, <meter>: quantity, …}]}`. Meters are a closed set;
 * an unknown one, or a quantity that cannot be exact, is left out with a problem, and its neighbours stay.
 */
export function meterPrinted(call: Readonly<Record<string, unknown>>, consumer: TenantId): Metered {
  const service = typeof call.service === 'string' ? call.service : '';
  const operation = typeof call.operation === 'string' ? call.operation.slice(0, 128) : '';
  const usage: Usage[] = [];
  const problems = new Set<Problem>();
  for (const entry of (call.usage as readonly unknown[]).filter(isObject)) {
    const { resource, ...quantities } = entry;
    for (const [name, value] of Object.entries(quantities)) {
      if (usage.length >= USAGE_LIMIT) return { usage, problems: [...problems.add('usage_truncated')] };
      const meter = findMeter(service, name);
      const quantity = quantityOf(value);
      if (meter === undefined || meter.kind !== 'sum') problems.add('usage_unknown_meter');
      else if (quantity === undefined) problems.add('usage_invalid_quantity');
      else {
        usage.push({
          tenant_id: consumer,
          service,
          resource: typeof resource === 'string' ? resource.slice(0, 512) : '',
          operation,
          meter: name,
          unit: meter.unit,
          kind: 'sum',
          series: '',
          quantity_micros: quantity,
        });
      }
    }
  }
  return { usage, problems: [...problems] };
}
