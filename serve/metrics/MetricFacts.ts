import type { Incident, Severity } from '../../model/index.js';

/** What one reading knows for `/metrics`. Instants are epoch milliseconds, UTC. */
export interface MetricFacts {
  /** End of the last full hour whose data is there, which all values of tenants are of; null when there is none. */
  readonly dataThrough: number | null;
  /** Tenant-hours of that hour that are complete, and those that are not; null where nothing is known. */
  readonly completeness: { readonly sound: number; readonly doubtful: number } | null;
  /** End of the last hour the alerting job has judged; null when it has judged none. */
  readonly judgedThrough: number | null;
  readonly services: readonly {
    readonly service: string;
    /** Amounts are US dollars at list price; else those of one meter, and only shares are told. */
    readonly priced: boolean;
    /** By tenant, in the hour. */
    readonly amounts: ReadonlyMap<string, number>;
    /** Tenants by what they used in the last day, the greatest first: series that follow the hour would come and go. */
    readonly ranked: readonly string[];
  }[];
  readonly usage: readonly {
    readonly service: string;
    readonly meter: string;
    readonly unit: string;
    /** Whole units by tenant, in the hour. */
    readonly amounts: ReadonlyMap<string, number>;
  }[];
  readonly incidents: readonly { readonly severity: Severity; readonly kind: Incident['kind'] }[];
  readonly burns: readonly {
    readonly tenantId: string;
    readonly service: string;
    readonly spanMs: number;
    readonly rate: number;
  }[];
}
