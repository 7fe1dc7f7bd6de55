import type { Tenant } from '../../model/index.js';
import type { DashboardData } from '../DashboardData.js';

/** Gives every tenant its place in the page's table: those of the registry in its order, then others as they are met. */
export class TenantPlaces {
  readonly #places = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #names: string[] = [];
  readonly #plan: number[] = [];
  readonly #cell: number[] = [];
  readonly #plans: string[] = [];
  readonly #cells: string[] = [];

  constructor(tenants: readonly Tenant[]) {
    for (const { id, name, plan, cell } of tenants) {
      this.#add(id, name ?? id, plan === undefined ? -1 : place(this.#plans, plan), place(this.#cells, cell));
    }
  }

  /** The place of a tenant, which it gets when it has none. */
  of(id: string): number {
    return this.#places.get(id) ?? this.#add(id, id, -1, -1);
  }

  idOf(place: number): string {
    return this.#ids[place] ?? '';
  }

  planOf(place: number): number {
    return this.#plan[place] ?? -1;
  }

  table(): Pick<DashboardData, 'plans' | 'cells' | 'tenants'> {
    return {
      plans: this.#plans,
      cells: this.#cells,
      tenants: { ids: this.#ids, names: this.#names, plan: this.#plan, cell: this.#cell },
    };
  }

  #add(id: string, name: string, plan: number, cell: number): number {
    const at = this.#ids.length;
    this.#places.set(id, at);
    this.#ids.push(id);
    this.#names.push(name);
    this.#plan.push(plan);
    this.#cell.push(cell);
    return at;
  }
}

function place(words: string[], word: string): number {
  const at = words.indexOf(word);
  return at < 0 ? words.push(word) - 1 : at;
}
