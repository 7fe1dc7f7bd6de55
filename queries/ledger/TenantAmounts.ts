/**
 * Numbers by tenant as a map that cannot be written to, in eight bytes each: all maps made of the same tenants share their ids. NaN
 * stands for a tenant that is not in it.
 */
export class TenantAmounts implements ReadonlyMap<string, number> {
  readonly #tenants: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #amounts: Float64Array;
  readonly size: number;

  /** `places` are those of `tenants` in it, and of their numbers in `amounts`. */
  constructor(tenants: readonly string[], places: ReadonlyMap<string, number>, amounts: Float64Array) {
    this.#tenants = tenants;
    this.#places = places;
    this.#amounts = amounts;
    let size = 0;
    for (const amount of amounts) if (!Number.isNaN(amount)) size += 1;
    this.size = size;
  }

  get(tenant: string): number | undefined {
    const amount = this.#amounts[this.#places.get(tenant) ?? -1];
    return amount === undefined || Number.isNaN(amount) ? undefined : amount;
  }

  has(tenant: string): boolean {
    return this.get(tenant) !== undefined;
  }

  *entries(): MapIterator<[string, number]> {
    for (const [place, tenant] of this.#tenants.entries()) {
      const amount = this.#amounts[place] ?? Number.NaN;
      if (!Number.isNaN(amount)) yield [tenant, amount];
    }
  }

  *keys(): MapIterator<string> {
    for (const [tenant] of this.entries()) yield tenant;
  }

  *values(): MapIterator<number> {
    for (const [, amount] of this.entries()) yield amount;
  }

  [Symbol.iterator](): MapIterator<[string, number]> {
    return this.entries();
  }

  forEach(each: (amount: number, tenant: string, map: ReadonlyMap<string, number>) => void): void {
    // Without the generator and its pairs: weeks of ten thousand tenants are read by this.
    for (let place = 0; place < this.#tenants.length; place += 1) {
      const amount = this.#amounts[place] ?? Number.NaN;
      if (!Number.isNaN(amount)) each(amount, this.#tenants[place] ?? '', this);
    }
  }
}
