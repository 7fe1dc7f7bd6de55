import { addDays, type UtcDay, utcDayOf, type Window } from '../../model/index.js';
import { ALLOCATION_DECIMALS, type CostCharge } from '../allocation/AllocatedRow.js';
import { serviceOf } from './awsServices.js';
import type { BillLine } from './BillLine.js';
import { BILL_DECIMALS, roundDecimals } from './exactCost.js';

interface Sum {
  readonly charge: Omit<CostCharge, 'cost'>;
  cost: bigint;
}

/** What became of a bill's lines. The numbers of lines add up to those read. */
export interface BillAccount {
  readonly lines: number;
  /** Lines in a charge. */
  readonly charged: number;
  /** Lines whose cost is zero: they are in no charge. */
  readonly free: number;
  /** Lines of other billing periods than the one that is asked for. */
  readonly elsewhere: number;
  /** Lines whose time goes beyond the billing period's end, of which only the days before it are taken. */
  readonly cut: number;
  /** Lines of types nobody here knows, by type. */
  readonly unknownTypes: ReadonlyMap<string, number>;
  /** What rounding the charges to 12 decimals added, in 1e-60. */
  readonly rounding: bigint;
}

/**
 * Adds lines of a bill up to charges: one for each service as the bill names it, category and days. Memory grows with the
 * charges, not with the lines. Exact; each charge is rounded once, half-even, to 12 decimals.
 */
export class BillSums {
  readonly #period: Window;
  readonly #services: Readonly<Record<string, string>>;
  readonly #sums = new Map<string, Sum>();
  readonly #unknownTypes = new Map<string, number>();
  #counts = { lines: 0, charged: 0, free: 0, elsewhere: 0, cut: 0 };

  /** @param services what services of the bill are called here, before the built-in names */
  constructor(period: Window, services: Readonly<Record<string, string>>) {
    this.#period = period;
    this.#services = services;
  }

  add(line: BillLine, where: string): void {
    this.#counts.lines += 1;
    if (line.billed < this.#period.start || line.billed >= this.#period.end) {
      this.#counts.elsewhere += 1;
      return;
    }
    if (line.unknownType !== undefined)
      this.#unknownTypes.set(line.unknownType, (this.#unknownTypes.get(line.unknownType) ?? 0) + 1);
    if (line.cost === 0n) {
      this.#counts.free += 1;
      return;
    }
    this.#counts.charged += 1;
    const { start, end } = this.#daysOf(line);
    const days = end === nextDay(start) ? start : `${start}..${end}`;
    const service = serviceOf(line.services, this.#services);
    // What only a later name tells apart must not depend on which line came first.
    const [first] = line.services;
    const name = service === serviceOf([first], this.#services) ? first : line.services.join('/');
    const charge_id = [days, name, line.category, ...(line.unused ? ['unused'] : [])].join('/');
    const sum = this.#sums.get(charge_id);
    if (sum !== undefined) {
      sum.cost += line.cost;
      return;
    }
    const { category, unused, currency } = line;
    const charge = { charge_id, start, end, service, category, unused, currency, capacity: undefined, where };
    this.#sums.set(charge_id, { charge, cost: line.cost });
  }

  /** UTC days, the end exclusive. Nothing is used after the billing period, so a longer time is cut there. */
  #daysOf({ during }: BillLine): { readonly start: UtcDay; readonly end: UtcDay } {
    const { start, end } = this.#period;
    if (during === undefined || during.start >= end) {
      if (during !== undefined) this.#counts.cut += 1;
      return { start: utcDayOf(start), end: utcDayOf(end) };
    }
    if (during.end > end) this.#counts.cut += 1;
    const first = utcDayOf(during.start);
    const last = utcDayOf(Math.max(Math.min(during.end, end) - 1, during.start));
    return { start: first, end: nextDay(last) };
  }

  /** The charges by id, and what became of the lines. */
  finish(): { readonly charges: readonly CostCharge[]; readonly account: BillAccount } {
    let rounding = 0n;
    const charges = [...this.#sums.values()]
      .map(({ charge, cost }) => {
        const rounded = roundDecimals(cost, BILL_DECIMALS, ALLOCATION_DECIMALS);
        rounding += rounded * 10n ** BigInt(BILL_DECIMALS - ALLOCATION_DECIMALS) - cost;
        return { ...charge, cost: rounded };
      })
      .sort((a, b) => (a.charge_id < b.charge_id ? -1 : 1));
    return { charges, account: { ...this.#counts, unknownTypes: this.#unknownTypes, rounding } };
  }
}

const nextDay = (day: UtcDay): UtcDay => addDays(day, 1);
