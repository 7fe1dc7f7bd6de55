import type { Finding, Window } from '../model/index.js';

/** A tenant's part of a service in the window. Shares are 0 to 1. */
export interface TenantShare {
  readonly tenant_id: string;
  readonly name: string;
  readonly amount: number;
  readonly share: number;
  readonly share_before: number | null;
  /** Share of each hour, in the order of the service's hours; null without data. */
  readonly hourly: readonly (number | null)[];
}

/** A service in the window. */
export interface ServiceShare {
  readonly service: string;
  readonly basis: string;
  /** Starts of the hours, epoch ms. */
  readonly hours: readonly number[];
  /** Greatest first. */
  readonly tenants: readonly TenantShare[];
  /** Median share of the customers but the greatest; null when there is no other to compare with. */
  readonly peer_median_share: number | null;
}

/** Everything the page shows. */
export interface DashboardData {
  readonly window: Window;
  /** End of the data, epoch ms; null when the ledger has none. */
  readonly dataThrough: number | null;
  readonly completeness: string;
  readonly services: readonly ServiceShare[];
  readonly findings: readonly Finding[];
  readonly bill: {
    readonly period: string;
    readonly currency: string;
    readonly total: string;
    readonly rows: readonly { readonly account: string; readonly billed: string }[];
    readonly unbilled: number;
  } | null;
  readonly quality: {
    readonly records: number;
    readonly accepted: number;
    readonly lines: number;
    readonly duplicates: number;
    readonly quarantined: readonly { readonly reason: string; readonly meaning: string; readonly count: number }[];
    readonly reconciled: boolean | null;
  };
}
