import type { ImportedMetricValue } from '../../queries/index.js';
import type { SignalOf } from './SignalOf.js';

/** A metric of what was consumed and those of what may be, units a second: the first that is there counts. */
interface Limited {
  readonly consumed: string;
  readonly limits: readonly string[];
}

/** What tells of a service's capacity and throttles (AWS documentation of each service's metrics, 2026-11). */
interface ServiceMetrics {
  readonly service: string;
  readonly limited: readonly Limited[];
  /** Counts of the same requests, made in different ways; summed within, never over each other. */
  readonly throttles: readonly (readonly string[])[];
}

/**
 * Of Lambda the concurrency is imported but its limit is not a metric, so only throttles tell. DynamoDB publishes throttles
 * only when there were any: where anything of the service came and no throttle did, there was none.
 */
const METRICS: Readonly<Record<string, ServiceMetrics>> = {
  'AWS/DynamoDB': {
    service: 'DynamoDB',
    limited: [
      {
        consumed: 'ConsumedReadCapacityUnits',
        limits: ['ProvisionedReadCapacityUnits', 'OnDemandMaxReadRequestUnits'],
      },
      {
        consumed: 'ConsumedWriteCapacityUnits',
        limits: ['ProvisionedWriteCapacityUnits', 'OnDemandMaxWriteRequestUnits'],
      },
    ],
    throttles: [['ReadThrottleEvents', 'WriteThrottleEvents'], ['ThrottledRequests']],
  },
  'AWS/Lambda': { service: 'Lambda', limited: [], throttles: [['Throttles']] },
};

/** The metrics that are signals, by name. */
export const SIGNAL_METRICS: readonly string[] = Object.values(METRICS).flatMap(({ limited, throttles }) => [
  ...limited.flatMap(({ consumed, limits }) => [consumed, ...limits]),
  ...throttles.flat(),
]);

/**
 * What imported metrics tell of a service in an hour: the use of its capacity is that of the table or index that is used
 * most, reads and writes apart, as the mean of the hour over what is provisioned (or the most an on-demand table may use):
 * what all share is pressed where it is tightest. Null where nothing limits it, as on demand. Pure.
 */
export function metricSignals(values: readonly ImportedMetricValue[]): SignalOf {
  const windows = new Map<string, Map<string, Map<string, ImportedMetricValue>>>();
  for (const value of values) {
    const known = METRICS[value.namespace];
    if (known === undefined) continue;
    const metrics = entry(windows, `${known.service}/${value.start}`, () => new Map());
    const of = entry(metrics, value.metric, () => new Map<string, ImportedMetricValue>());
    of.set(`${value.resource}/${value.index}`, value);
  }
  const services = new Map(Object.values(METRICS).map((known) => [known.service, known]));
  return (service, start) => {
    const known = services.get(service);
    const metrics = windows.get(`${service}/${start}`);
    if (known === undefined || metrics === undefined) return undefined;
    const throttled = known.throttles.map((names) =>
      names.reduce((sum, name) => sum + sumOf(metrics.get(name)?.values() ?? []), 0),
    );
    return {
      capacityUse: tightest(known.limited, metrics),
      throttledRequests: Math.max(...throttled),
      neighbourBurn: null,
    };
  };
}

const HOUR_SECONDS = 3600;

function tightest(
  limited: readonly Limited[],
  metrics: ReadonlyMap<string, ReadonlyMap<string, ImportedMetricValue>>,
): number | null {
  let use: number | null = null;
  for (const { consumed, limits } of limited) {
    for (const [resource, limit] of limitsOf(limits, metrics)) {
      const units = metrics.get(consumed)?.get(resource)?.sum ?? 0;
      use = Math.max(use ?? 0, units / (limit * HOUR_SECONDS));
    }
  }
  return use;
}

/** Units a second of each table and index that has a limit; one of 0 is none: the table is on demand. */
function limitsOf(
  names: readonly string[],
  metrics: ReadonlyMap<string, ReadonlyMap<string, ImportedMetricValue>>,
): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const name of names) {
    for (const [resource, { sum, values }] of metrics.get(name) ?? []) {
      if (values > 0 && sum > 0 && !limits.has(resource)) limits.set(resource, sum / values);
    }
  }
  return limits;
}

function sumOf(values: Iterable<ImportedMetricValue>): number {
  let total = 0;
  for (const { sum } of values) total += sum;
  return total;
}

function entry<Value>(map: Map<string, Value>, key: string, made: () => Value): Value {
  const value = map.get(key) ?? made();
  map.set(key, value);
  return value;
}
