import { AppError, addDays, type ListPrice, picodollarsPerUnit, type UtcDay } from '../../model/index.js';
import type { ChargeCategory } from '../costs/BillLine.js';
import type { RatedUsage } from '../rating/rateTenant.js';
import { ALLOCATION_DECIMALS, type CostCharge } from './AllocatedRow.js';
import type { AllocatedCosts } from './allocateCosts.js';

/** Decimals of amounts here: millionths of a unit times a price in 1e-12. */
export const RECONCILE_DECIMALS = 18;

const FROM_ALLOCATION = 10n ** BigInt(RECONCILE_DECIMALS - ALLOCATION_DECIMALS);
const HUNDRED_PERCENT = 100n * 1_000_000n;

/** One service on one UTC day, or on the days that its charges cannot be told apart by; amounts in 1e-18 of the currency. */
export interface ReconciledDay {
  readonly service: string;
  readonly start: UtcDay;
  readonly end: UtcDay;
  readonly charges: readonly string[];
  /** Usage on the bill. */
  readonly billed: bigint;
  /** What tenants and reserved names got of it. */
  readonly allocated: bigint;
  /** What was metered, at list price; null where no list price says. */
  readonly metered: bigint | null;
  /** The bill less what was metered: what meters do not explain. */
  readonly residual: bigint;
  /** All of it was allocated, and the residual is within tolerance. */
  readonly reconciled: boolean;
  readonly why: string;
}

/** A bill held against the meters. */
export interface CostReconciliation {
  readonly tolerance: string;
  readonly days: readonly ReconciledDay[];
  /** What no meter is to explain, by category: taxes, credits, purchases, and commitments that were not used. */
  readonly others: ReadonlyMap<ChargeCategory, bigint>;
  /** True when every day is. */
  readonly reconciled: boolean;
}

/**
 * Holds the usage of a bill against what was metered at list price, by service and day, and against what was allocated of it.
 * Charges of several days are compared over those days together: which of their days a part belongs to is not known. The bill is
 * the sum of days and others. Pure and exact. Throws PARAMETER_INVALID for a tolerance that is none.
 *
 * @param tolerance percent of the bill that the residual may be, exact decimal text
 */
export function reconcileCosts(
  costs: AllocatedCosts,
  usage: readonly RatedUsage[],
  prices: readonly ListPrice[],
  tolerance: string,
): CostReconciliation {
  const permitted = microPercent(tolerance);
  const parts = new Map<string, bigint>();
  for (const { charge_id, amount } of costs.rows) parts.set(charge_id, (parts.get(charge_id) ?? 0n) + amount);
  const others = new Map<ChargeCategory, bigint>();
  const services = new Map<string, CostCharge[]>();
  for (const charge of costs.charges) {
    if (charge.category === 'Usage' && !charge.unused) append(services, charge.service, charge);
    else others.set(charge.category, (others.get(charge.category) ?? 0n) + charge.cost * FROM_ALLOCATION);
  }
  const metered = new MeteredCosts(usage, costs.currency === 'USD' ? prices : []);
  const days = [...services]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, charges]) => spansOf(charges).map((span) => day(service, span, { parts, metered, permitted })));
  return { tolerance, days, others, reconciled: days.every(({ reconciled }) => reconciled) };
}

interface Measures {
  readonly parts: ReadonlyMap<string, bigint>;
  readonly metered: MeteredCosts;
  readonly permitted: bigint;
}

function day(service: string, span: readonly CostCharge[], { parts, metered, permitted }: Measures): ReconciledDay {
  const first = span[0]?.start as UtcDay;
  const end =
    span
      .map((charge) => charge.end)
      .sort()
      .at(-1) ?? first;
  const billed = span.reduce((sum, { cost }) => sum + cost, 0n) * FROM_ALLOCATION;
  const allocated = span.reduce((sum, { charge_id }) => sum + (parts.get(charge_id) ?? 0n), 0n) * FROM_ALLOCATION;
  const found = metered.sum(service, first, end);
  const residual = billed - (found ?? 0n);
  const within = magnitude(residual) * HUNDRED_PERCENT <= magnitude(billed) * permitted;
  const why =
    allocated !== billed
      ? 'not all of it was allocated'
      : found === null
        ? 'no list price of its meters'
        : within
          ? 'within tolerance'
          : 'the residual is beyond tolerance';
  const reconciled = allocated === billed && found !== null && within;
  const charges = span.map(({ charge_id }) => charge_id).sort();
  return { service, start: first, end, charges, billed, allocated, metered: found, residual, reconciled, why };
}

/** Charges that share a day belong together, as do those that share one with them; each span by start. */
function spansOf(charges: readonly CostCharge[]): readonly (readonly CostCharge[])[] {
  const spans: { end: UtcDay; readonly charges: CostCharge[] }[] = [];
  for (const charge of [...charges].sort((a, b) => (a.start === b.start ? 0 : a.start < b.start ? -1 : 1))) {
    const last = spans.at(-1);
    if (last === undefined || charge.start >= last.end) spans.push({ end: charge.end, charges: [charge] });
    else {
      last.charges.push(charge);
      last.end = [last.end, charge.end].sort()[1] ?? last.end;
    }
  }
  return spans.map((span) => span.charges);
}

class MeteredCosts {
  readonly #days = new Map<string, bigint>();
  readonly #priced: ReadonlySet<string>;

  constructor(usage: readonly RatedUsage[], prices: readonly ListPrice[]) {
    this.#priced = new Set(prices.map(({ service }) => service));
    const priceOf = new Map(prices.map((price) => [`${price.service} ${price.meter}`, picodollarsPerUnit(price)]));
    for (const { service, meter, day: on, quantity_micros } of usage) {
      const price = priceOf.get(`${service} ${meter}`);
      if (price === undefined) continue;
      const key = `${service} ${on}`;
      this.#days.set(key, (this.#days.get(key) ?? 0n) + quantity_micros * price);
    }
  }

  sum(service: string, start: UtcDay, end: UtcDay): bigint | null {
    if (!this.#priced.has(service)) return null;
    let sum = 0n;
    for (let on = start; on < end; on = addDays(on, 1)) sum += this.#days.get(`${service} ${on}`) ?? 0n;
    return sum;
  }
}

/** Percent in millionths. */
function microPercent(text: string): bigint {
  const match = /^(\d{1,3})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) {
    throw new AppError('PARAMETER_INVALID', 'the tolerance is not usable', {
      where: '--tolerance',
      expected: 'percent as a decimal such as 1 or 0.5',
      got: JSON.stringify(text),
    });
  }
  return BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(6, '0'));
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
