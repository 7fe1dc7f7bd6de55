import { type ListPrice, picodollarsPerUnit } from '../../model/index.js';

/** What a tenant used of one meter in one hour. */
export interface MeteredUsage {
  readonly tenant_id: string;
  readonly service: string;
  readonly meter: string;
  readonly event_hour: number;
  readonly quantity_micros: bigint;
}

/** Usage of a service by hour and tenant, and what it is measured in. */
export interface ServiceUsage {
  readonly service: string;
  /** `USD at list price`, or the one meter that stands for a service without list prices. */
  readonly basis: string;
  readonly priced: boolean;
  readonly hours: ReadonlyMap<number, ReadonlyMap<string, number>>;
}

/**
 * What a millionth of each of one service's meters counts in list-price dollars; without list prices its first meter by name
 * counts 1 and no other.
 */
export function meterWeights(
  usage: readonly { readonly meter: string }[],
  prices: readonly ListPrice[],
  service: string,
): (meter: string) => number {
  const own = prices.filter((entry) => entry.service === service);
  if (own.length === 0) {
    const [first] = [...new Set(usage.map(({ meter }) => meter))].sort();
    return (meter) => (meter === first ? 1e-6 : 0);
  }
  const known = new Map(own.map((entry) => [entry.meter, Number(picodollarsPerUnit(entry)) / 1e18]));
  return (meter) => known.get(meter) ?? 0;
}

/** How the meters of a service are weighed, and what its amounts are in. */
export interface WeighedService extends Omit<ServiceUsage, 'hours'> {
  /** What a millionth of each meter that counts is worth, in {@link scale}. */
  readonly weights: ReadonlyMap<string, bigint>;
  /** By this a weighed sum is divided. */
  readonly scale: number;
}

/**
 * Weighs the meters of each service by list price; a service without any is measured by its first meter by name. Services of which
 * no meter counts are left out.
 */
export function weighMeters(
  meters: readonly Pick<MeteredUsage, 'service' | 'meter'>[],
  prices: readonly ListPrice[],
): readonly WeighedService[] {
  const price = new Map(prices.map((entry) => [`${entry.service}\u0000${entry.meter}`, picodollarsPerUnit(entry)]));
  const pricedServices = new Set(prices.map((entry) => entry.service));
  const used = new Map<string, Set<string>>();
  for (const { service, meter } of meters) used.set(service, (used.get(service) ?? new Set()).add(meter));
  return [...used]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, names]): readonly WeighedService[] => {
      const priced = pricedServices.has(service);
      const own = [...names].sort();
      const [first = ''] = own;
      const weightOf = (meter: string): bigint =>
        priced ? (price.get(`${service}\u0000${meter}`) ?? 0n) : meter === first ? 1n : 0n;
      const weights = new Map(
        own.map((meter) => [meter, weightOf(meter)] as const).filter(([, weight]) => weight > 0n),
      );
      const leftOut = own.filter((meter) => (priced ? !price.has(`${service}\u0000${meter}`) : meter !== first));
      const basis = basisOf(priced ? 'USD at list price' : first, leftOut);
      return weights.size === 0 ? [] : [{ service, basis, priced, weights, scale: priced ? 1e18 : 1e6 }];
    });
}

/** Usage in memory, weighed by {@link weighMeters}. */
export function priceUsage(
  usage: readonly MeteredUsage[],
  prices: readonly ListPrice[],
): { readonly services: readonly ServiceUsage[] } {
  const weighed = new Map(weighMeters(usage, prices).map((service) => [service.service, service]));
  const sums = new Map<string, Map<number, Map<string, bigint>>>();
  for (const { tenant_id, service, meter, event_hour, quantity_micros } of usage) {
    const weight = weighed.get(service)?.weights.get(meter);
    if (weight === undefined) continue;
    const hours = sums.get(service) ?? new Map<number, Map<string, bigint>>();
    sums.set(service, hours);
    const tenants = hours.get(event_hour) ?? new Map<string, bigint>();
    hours.set(event_hour, tenants);
    tenants.set(tenant_id, (tenants.get(tenant_id) ?? 0n) + weight * quantity_micros);
  }
  const services = [...weighed.values()].map(({ service, basis, priced, scale }): ServiceUsage => {
    const numbers = [...(sums.get(service) ?? [])].map(([hour, tenants]): [number, ReadonlyMap<string, number>] => [
      hour,
      new Map([...tenants].map(([tenant, amount]) => [tenant, Number(amount) / scale])),
    ]);
    return { service, basis, priced, hours: new Map(numbers) };
  });
  return { services };
}

/** What is counted, and which meters of the service are not: nobody should take a share for more than it is. */
function basisOf(counted: string, leftOut: readonly string[]): string {
  return leftOut.length === 0 ? counted : `${counted}, without ${leftOut.join(', ')}`;
}
