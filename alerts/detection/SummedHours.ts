import { middleOf, middleWithout, rankOf } from './medians.js';
import { MIN_TIER } from './peerTest.js';
import type { UsagePanel } from './UsagePanel.js';

/** What a tenant's amount is held against: how many others used something, and the median of what they did. */
export interface PeerAmounts {
  readonly count: number;
  /** 0 without any. */
  readonly median: number;
}

/** Whose windows are added up, the same for all findings of a service. */
export interface SummedPanel {
  readonly panel: UsagePanel;
  /** Of its tenants, by id. */
  readonly places: ReadonlyMap<string, number>;
  readonly tierOf: (id: string) => string | undefined;
}

/**
 * What every tenant used in some windows together. Added up and sorted once for all findings of the same hours: there can be as many
 * of them as tenants.
 */
export class SummedHours {
  readonly #of: SummedPanel;
  readonly #sums: Float64Array;
  readonly #sorted: Float64Array;
  readonly #groups = new Map<string | undefined, Float64Array>();
  #customers: Float64Array | undefined;
  /** What all used, reserved tenants included. */
  readonly total: number;

  /** `windows`: places in the panel, each of a window with data. */
  constructor(of: SummedPanel, windows: readonly number[]) {
    const sums = new Float64Array(of.panel.tenants.length);
    for (const window of windows) {
      const amounts = of.panel.amounts[window] ?? new Float64Array(0);
      for (let place = 0; place < amounts.length; place += 1) sums[place] = (sums[place] ?? 0) + (amounts[place] ?? 0);
    }
    this.#of = of;
    this.#sums = sums;
    this.#sorted = sums.slice().sort();
    // In ascending order, as everywhere: the last bit must not depend on the order of tenants.
    this.total = this.#sorted.reduce((sum, amount) => sum + amount, 0);
  }

  /** What a tenant used; 0 of one that is not there. */
  of(id: string): number {
    return this.#sums[this.#of.places.get(id) ?? -1] ?? 0;
  }

  /** Place of an amount among those of all, 1 the greatest; whoever used as much is not above. */
  rank(amount: number): number {
    let from = rankOf(this.#sorted, amount);
    while (this.#sorted[from] === amount) from += 1;
    return 1 + this.#sorted.length - from;
  }

  /** The other customers that used something. */
  peers(id: string): PeerAmounts {
    this.#customers ??= this.#amounts(() => true);
    return this.#without(id, this.#customers);
  }

  /** Those of them of its tier where that has enough of them, else all. */
  peersOfTier(id: string): PeerAmounts {
    const { tierOf } = this.#of;
    const tier = tierOf(id);
    let group = this.#groups.get(tier);
    if (group === undefined) {
      group = this.#amounts((other) => tierOf(other) === tier);
      this.#groups.set(tier, group);
    }
    const same = this.#without(id, group);
    return same.count >= MIN_TIER ? same : this.peers(id);
  }

  #amounts(isIn: (id: string) => boolean): Float64Array {
    return this.#sums
      .filter((amount, place) => {
        const id = this.#of.panel.tenants[place] ?? '_';
        return amount > 0 && !id.startsWith('_') && isIn(id);
      })
      .sort();
  }

  /** A group, which a tenant is in when it is a customer that used something, without it. */
  #without(id: string, group: Float64Array): PeerAmounts {
    const isIn = !id.startsWith('_') && this.of(id) > 0;
    const count = group.length - (isIn ? 1 : 0);
    if (count === 0) return { count, median: 0 };
    return { count, median: isIn ? middleWithout(group, this.of(id)) : middleOf(group) };
  }
}
