import { createHash } from 'node:crypto';
import { type Incident, SEVERITIES } from '../../model/index.js';
import type { AlertMessage } from './AlertMessage.js';

/** Limits of PutMetricData (its documentation, 2026-11): metrics and bytes of one call. */
const METRICS_A_CALL = 1000;
const BYTES_A_CALL = 1_000_000;
const DIMENSION = 1024;

/** A value of a metric as `PutMetricData` takes it. */
export interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions: { Name: string; Value: string }[];
  readonly Timestamp: Date;
  readonly Value: number;
  readonly Unit: 'Count' | 'Percent';
}

/** How the tenants of a service and its incidents stand after a run. */
export interface Gauges {
  /** End of the last window judged, epoch milliseconds. */
  readonly at: number;
  readonly open: readonly Incident[];
  readonly services: readonly {
    readonly service: string;
    /** Shares of the last window, 0 to 1. */
    readonly shares: ReadonlyMap<string, number>;
  }[];
}

/** What of tenants becomes metrics: each metric costs, so their number must not follow the number of tenants. */
export interface TenantMetrics {
  readonly top_tenants: number;
  readonly named_tenants: readonly string[];
}

/** That a message went out, without a word of the tenant. */
export function messageMetric(message: AlertMessage): MetricDatum {
  return datum('Notifications', 1, 'Count', message.at, {
    Environment: message.environment,
    Service: message.service,
    Severity: message.severity,
    Event: message.event,
  });
}

/**
 * Open incidents by service and severity, zeros as well so that alarms on them end; the largest shares by rank, so that there
 * are equally many metrics whoever has them; and the shares of the tenants named in the configuration.
 */
export function gaugeMetrics(gauges: Gauges, environment: string, of: TenantMetrics): readonly MetricDatum[] {
  return gauges.services.flatMap(({ service, shares }) => {
    const at = { Environment: environment, Service: service };
    const incidents = SEVERITIES.map((Severity) => {
      const count = gauges.open.filter((one) => one.service === service && one.severity === Severity).length;
      return datum('OpenIncidents', count, 'Count', gauges.at, { ...at, Severity });
    });
    const top = [...shares.values()].sort((a, b) => b - a).slice(0, of.top_tenants);
    const ranked = top.map((share, index) =>
      datum('TopTenantShare', share * 100, 'Percent', gauges.at, { ...at, Rank: String(index + 1) }),
    );
    const named = [...new Set(of.named_tenants)].flatMap((Tenant) => {
      const share = shares.get(Tenant);
      return share === undefined ? [] : [datum('TenantShare', share * 100, 'Percent', gauges.at, { ...at, Tenant })];
    });
    return [...incidents, ...ranked, ...named];
  });
}

/** Metrics in calls that CloudWatch takes. */
export function metricCalls(data: readonly MetricDatum[]): readonly MetricDatum[][] {
  const calls: MetricDatum[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of data) {
    const size = Buffer.byteLength(JSON.stringify(one)) + 1;
    const last = calls.at(-1);
    if (last === undefined || last.length >= METRICS_A_CALL || bytes + size > BYTES_A_CALL) {
      calls.push([one]);
      bytes = size;
    } else {
      last.push(one);
      bytes += size;
    }
  }
  return calls;
}

/** One value of a metric. */
export function datum(
  MetricName: string,
  Value: number,
  Unit: MetricDatum['Unit'],
  at: number,
  dimensions: Readonly<Record<string, string>>,
): MetricDatum {
  const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: dimensionValue(value) }));
  return { MetricName, Dimensions, Timestamp: new Date(at), Value, Unit };
}

/** ASCII, at most 1,024 characters; what is changed for that gets a hash, so that two names do not become one. */
function dimensionValue(text: string): string {
  if (/^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/.test(text) && text.length <= DIMENSION) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${text.replace(/[^\x21-\x7e]/gu, '?').slice(0, DIMENSION - 9)}-${hash}`;
}
