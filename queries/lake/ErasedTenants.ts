import { createHmac } from 'node:crypto';
import type { Erasure, LogEntry } from '../../model/index.js';

/** The hash by which an erasure knows its tenant: HMAC-SHA-256 of the id, keyed with the erasure's salt, in hex. */
export function erasedHash(tenant: string, salt: string): string {
  return createHmac('sha256', Buffer.from(salt, 'hex')).update(tenant).digest('hex');
}

/** Which tenants a log has erased. It does not name them, so an id has to be asked about. */
export class ErasedTenants {
  readonly #erasures: readonly Erasure[];
  readonly #known = new Map<string, boolean>();

  constructor(log: readonly LogEntry[]) {
    this.#erasures = log.filter((entry) => entry.kind === 'erasure');
  }

  /** True when no tenant was ever erased, so that nobody needs to be asked about. */
  get none(): boolean {
    return this.#erasures.length === 0;
  }

  /** True for a tenant that was erased: nothing may show it again, whatever still comes in its name. */
  has(tenant: string): boolean {
    const known = this.#known.get(tenant);
    if (known !== undefined) return known;
    const erased = this.#erasures.some(({ salt, tenant: hash }) => erasedHash(tenant, salt) === hash);
    this.#known.set(tenant, erased);
    return erased;
  }
}
