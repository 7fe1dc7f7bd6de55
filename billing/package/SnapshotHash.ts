import { createHash } from 'node:crypto';
import type { TenantUsage } from '../rating/rateStream.js';
import { hashOf } from './billingIds.js';

/**
 * The id of a snapshot of the ledger: a hash over its usage by tenant, meter and day. In whatever order tenants and rows come,
 * the same usage has the same id; no engine's own id is part of it.
 */
export class SnapshotHash {
  readonly #tenants = new Map<string, string>();
  #rows = 0;

  /** Passes usage on, and takes note of it. */
  async *over(usage: AsyncIterable<TenantUsage>): AsyncGenerator<TenantUsage> {
    for await (const tenant of usage) {
      this.add(tenant);
      yield tenant;
    }
  }

  add({ tenant_id, rows }: TenantUsage): void {
    const texts = rows
      .filter(({ quantity_micros }) => quantity_micros !== 0n)
      .map((row) => JSON.stringify([row.service, row.meter, row.unit, row.day, String(row.quantity_micros)]))
      .sort();
    this.#rows += texts.length;
    if (texts.length === 0) return;
    const hash = createHash('sha256').update(this.#tenants.get(tenant_id) ?? '');
    this.#tenants.set(tenant_id, hash.update(texts.join('\n')).digest('hex'));
  }

  get rows(): number {
    return this.#rows;
  }

  get id(): string {
    const tenants = [...this.#tenants].sort(([a], [b]) => (a < b ? -1 : 1));
    return hashOf(...tenants.flat());
  }
}
