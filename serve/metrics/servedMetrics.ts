import { HOUR_MS, INCIDENT_KINDS, isReservedTenant, SEVERITIES } from '../../model/index.js';
import type { ReadingState } from '../LiveReading.js';
import type { MetricFacts } from './MetricFacts.js';
import { METRICS, type MetricDefinition } from './metricList.js';
import type { MetricFamily, Sample } from './writeExposition.js';

/** Tenants that are not named count together under this name, which no customer can have. */
export const OTHER_TENANTS = '_other';

/** What metrics are made from besides the reading. */
export interface MetricOptions {
  readonly version: string;
  readonly nodeVersion: string;
  /** Tenants of each service that have series of their own; reserved ones always have. */
  readonly topTenants: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Every metric with its values, those that are not known without any. Pure. */
export function servedMetrics(
  { good, failure, done }: ReadingState<{ readonly facts: MetricFacts }>,
  { version, nodeVersion, topTenants, now }: MetricOptions,
): readonly MetricFamily[] {
  const facts = good?.value.facts;
  const values: Readonly<Record<keyof typeof METRICS, readonly Sample[]>> = {
    build: [{ labels: { version, node_version: nodeVersion }, value: 1 }],
    readings: [
      { labels: { result: 'ok' }, value: done.ok },
      { labels: { result: 'failed' }, value: done.failed },
    ],
    readingFailed: alone(failure === null ? 0 : 1),
    readingAt: good === null ? [] : alone(good.at / 1000),
    readingTook: good === null ? [] : alone(good.tookMs / 1000),
    ...(facts === undefined ? NOTHING : valuesOf(facts, topTenants, now)),
  };
  return Object.entries<MetricDefinition>(METRICS).map(([key, definition]) => ({
    ...definition,
    samples: values[key as keyof typeof METRICS],
  }));
}

type FactKey = Exclude<keyof typeof METRICS, 'build' | 'readings' | 'readingFailed' | 'readingAt' | 'readingTook'>;

const NOTHING: Readonly<Record<FactKey, readonly Sample[]>> = {
  dataThrough: [],
  dataLag: [],
  completeness: [],
  judgedThrough: [],
  tenants: [],
  share: [],
  cost: [],
  usage: [],
  incidents: [],
  burn: [],
};

function valuesOf(
  { dataThrough, completeness, judgedThrough, services, usage, incidents, burns }: MetricFacts,
  top: number,
  now: number,
): Readonly<Record<FactKey, readonly Sample[]>> {
  const named = new Map(services.map(({ service, ranked }) => [service, namedOf(ranked, top)]));
  const known = completeness === null ? 0 : completeness.sound + completeness.doubtful;
  return {
    dataThrough: dataThrough === null ? [] : alone(dataThrough / 1000),
    dataLag: dataThrough === null ? [] : alone(Math.max(0, now - dataThrough) / 1000),
    completeness: completeness === null || known === 0 ? [] : alone(completeness.sound / known),
    judgedThrough: judgedThrough === null ? [] : alone(judgedThrough / 1000),
    tenants: services.map(({ service, amounts }) => ({
      labels: { service },
      value: [...amounts].filter(([tenant, amount]) => amount > 0 && !isReservedTenant(tenant)).length,
    })),
    share: services.flatMap(({ service, amounts }) => {
      const total = sum(amounts.values());
      if (total <= 0) return [];
      return capped(amounts, named.get(service)).map(([tenant_id, amount]) => ({
        labels: { service, tenant_id },
        value: amount / total,
      }));
    }),
    cost: services
      .filter(({ priced }) => priced)
      .flatMap(({ service, amounts }) =>
        capped(amounts, named.get(service)).map(([tenant_id, value]) => ({ labels: { service, tenant_id }, value })),
      ),
    usage: usage.flatMap(({ service, meter, unit, amounts }) =>
      capped(amounts, named.get(service)).map(([tenant_id, value]) => ({
        labels: { service, meter, unit, tenant_id },
        value,
      })),
    ),
    incidents: SEVERITIES.flatMap((severity) =>
      INCIDENT_KINDS.map((kind) => ({
        labels: { severity, kind },
        value: incidents.filter((one) => one.severity === severity && one.kind === kind).length,
      })),
    ),
    burn: burns.map(({ tenantId, service, spanMs, rate }) => ({
      labels: { tenant_id: tenantId, service, span: `${spanMs / HOUR_MS}h` },
      value: rate,
    })),
  };
}

/** The first of a ranking by name; reserved tenants take no place in it. */
function namedOf(ranked: readonly string[], top: number): readonly string[] {
  return ranked.filter((tenant) => !isReservedTenant(tenant)).slice(0, top);
}

/**
 * Amounts of the named tenants, 0 where they used nothing, of reserved ones, and of all others together, so that the sum stays.
 */
function capped(
  amounts: ReadonlyMap<string, number>,
  named: readonly string[] | undefined = [],
): readonly (readonly [string, number])[] {
  const own = new Set(named);
  const reserved = [...amounts].filter(([tenant]) => isReservedTenant(tenant)).sort(byName);
  const others = [...amounts].filter(([tenant]) => !own.has(tenant) && !isReservedTenant(tenant));
  return [
    ...named.map((tenant) => [tenant, amounts.get(tenant) ?? 0] as const),
    ...(others.length === 0 ? [] : [[OTHER_TENANTS, sum(others.map(([, amount]) => amount))] as const]),
    ...reserved,
  ];
}

const byName = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);

function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}

const alone = (value: number): readonly Sample[] => [{ labels: {}, value }];
