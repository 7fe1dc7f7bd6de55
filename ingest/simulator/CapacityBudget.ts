import type { Prng } from './Prng.js';

/** Cost of a write unit at list price (0.625 against 0.125 dollars a million), in halves of a read unit. */
export const WRITE_COST = 10;

/**
 * Spends one tenant's DynamoDB cost of one hour over its calls, so that calls vary and the hour's sum does not: shares
 * between tenants are then what the scenario planned. Costs are in halves of a read unit at list price.
 */
export class CapacityBudget {
  readonly #prng: Prng;
  #left: number;
  #calls: number;

  constructor(prng: Prng, cost: number, calls: number) {
    this.#prng = prng;
    this.#left = cost;
    this.#calls = calls;
  }

  /** The next call's size: halves of its unit. The last call is a read, whatever was asked for: it takes the rest exactly. */
  next(wanted: 'read' | 'write'): { readonly kind: 'read' | 'write'; readonly halves: number } {
    const last = this.#calls <= 1;
    const kind = last ? 'read' : wanted;
    const share = last ? this.#left : (this.#left / this.#calls) * (0.5 + this.#prng.next());
    const halves = kind === 'read' ? Math.max(1, Math.round(share)) : 2 * Math.max(1, Math.round(share / WRITE_COST));
    this.#left -= kind === 'read' ? halves : (halves / 2) * WRITE_COST;
    this.#calls -= 1;
    return { kind, halves };
  }
}
