import type { Finding, Window } from '../model/index.js';

/** Grows when a page of an older build could not read the data. */
export const DATA_VERSION = 1;

/** Who may read the page: the platform's people, or one customer. */
export type Audience =
  | { readonly kind: 'platform' }
  | { readonly kind: 'tenant'; readonly tenant_id: string; readonly name: string };

/** Everyone the page names, as columns; all other parts name a tenant by its place here. */
export interface TenantTable {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** Places in `plans` and `cells` of the data; -1 where a tenant has none, or is a reserved one. */
  readonly plan: readonly number[];
  readonly cell: readonly number[];
}

/** What is known of the lines of one hour, of all tenants the page is about. `missing`: beyond the watermark. */
export interface HourQuality {
  /** Start of the hour, epoch ms, UTC. */
  readonly hour: number;
  readonly state: 'complete' | 'incomplete' | 'unjudged' | 'missing';
  /** Tenant-hours that are complete or declared so, and that are incomplete or open. */
  readonly sound: number;
  readonly doubtful: number;
}

/** Shares (0 to 1) of the tenants of one plan, or of all: what a tenant is held against. */
export interface PeerBand {
  /** Place in `plans`; -1 for all customers. */
  readonly plan: number;
  /** Customers in it that used the service; on a customer's page the others, rounded down to a multiple of five. */
  readonly tenants: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  /** Null on a customer's page: of few peers they would be one peer's own figure. */
  readonly p95: number | null;
  readonly p99: number | null;
}

/** A series of a service by hour. `tenant` is a place in the table; null: all that have no series of their own. */
export interface HourSeries {
  readonly tenant: number | null;
  /** In the service's basis, in the order of the window's hours; null where nothing is known. */
  readonly amounts: readonly (number | null)[];
}

/** One service in one window, as the report tenant-share answers it. */
export interface ServiceData {
  readonly service: string;
  /** `USD` (at list price) or the one meter that stands for the service. */
  readonly basis: string;
  /** Unit of the amounts. */
  readonly unit: string;
  readonly warnings: readonly string[];
  /** Exact decimal; null where the page may not say what all used. */
  readonly total: string | null;
  /** The tenants that used it in either window, greatest first, as columns. */
  readonly rows: {
    readonly tenant: readonly number[];
    /** Exact decimals. */
    readonly amount: readonly string[];
    readonly share: readonly (number | null)[];
    readonly share_before: readonly (number | null)[];
    /** Amount against that of the window before. */
    readonly times_before: readonly (number | null)[];
    /** Times the median of its peers, as the report says it. */
    readonly times_peers: readonly (number | null)[];
  };
  readonly bands: readonly PeerBand[];
  readonly series: readonly HourSeries[];
}

/** Usage at list price, by tenant and service: what tenants are set against each other by. */
export interface WindowValue {
  /** Exact dollars of all; null where the page may not say so. */
  readonly total: string | null;
  /** Exact dollars by tenant, in the order of `tenant`, greatest first. */
  readonly tenant: readonly number[];
  readonly usd: readonly string[];
  /** HTTP requests served for it, exact; null where no meter counts them. */
  readonly requests: readonly (string | null)[];
  /** The meters those are of. */
  readonly request_meters: readonly string[];
  /** Part of the value nobody claimed, `_unknown`, 0 to 1; null without value. */
  readonly unattributed: number | null;
  /** Meters used without a list price. */
  readonly unpriced: readonly string[];
}

/** Everything that depends on the window chosen. */
export interface WindowData {
  /** Its length in words, `24h`: how the address names it. */
  readonly key: string;
  readonly window: Window;
  readonly completeness: string;
  /** Of this window and the one of equal length before, which changes are measured against. */
  readonly completeness_with_before: string;
  readonly hours: readonly HourQuality[];
  readonly services: readonly ServiceData[];
  readonly value: WindowValue;
}

/** A thing of one tenant and service: an operation or a resource, with its exact amount. */
export interface TopEntry {
  readonly name: string;
  readonly amount: string;
  /** Of the tenant's usage of the service, 0 to 1. */
  readonly part: number;
}

/** Which users, or which endpoints, a tenant's usage of a service came from, as lines say it. */
export interface CallerTable {
  /** The greatest. */
  readonly named: readonly TopEntry[];
  /** What is in none of them, so that all parts make the whole; `not_in_lines`: what the ledger has and no line that was read. */
  readonly rest: readonly {
    readonly kind: 'others' | 'unstated' | 'not_in_lines';
    /** Users or endpoints in it. */
    readonly callers: number;
    readonly amount: string;
    readonly part: number;
  }[];
}

/** How users and endpoints were read. */
export interface CallersRead {
  readonly users: 'named' | 'numbered';
  /** Of the tenants' own lines. */
  readonly completeness: string;
  readonly warnings: readonly string[];
}

/** One tenant looked at closely, in the first window. */
export interface TenantDetail {
  readonly tenant: number;
  readonly services: readonly {
    readonly service: string;
    readonly amounts: readonly (number | null)[];
    /** What the same hours of its own last 28 days were: 10th, 50th and 90th percentile; null with under 3 days of it. */
    readonly low: readonly (number | null)[];
    readonly middle: readonly (number | null)[];
    readonly high: readonly (number | null)[];
    readonly history_days: number;
    /** Null where no lines were read for the page. */
    readonly users: CallerTable | null;
    readonly endpoints: CallerTable | null;
    readonly operations: readonly TopEntry[];
    readonly resources: readonly TopEntry[];
  }[];
  readonly quotas: readonly {
    readonly quota: string;
    readonly service: string;
    readonly meter: string;
    readonly per: string;
    readonly peak_at: number;
    readonly used: string;
    readonly limit: string;
    readonly share: number;
  }[];
  /** What moved after it was first booked. */
  readonly corrections: readonly {
    readonly service: string;
    readonly meter: string;
    readonly unit: string;
    readonly reason: string;
    readonly before: string;
    readonly change: string;
    readonly after: string;
    readonly last_booked: string;
  }[];
}

/** Something found, as detection says it, or an incident that was kept. */
export interface AnomalyData {
  readonly id: string;
  /** `finding`: judged for this page. Otherwise the incident's state. */
  readonly state: 'finding' | 'not_judged' | 'open' | 'acknowledged' | 'resolved';
  readonly kind: string;
  readonly severity: Finding['severity'];
  /** Place in the table; null for the fleet as a whole. */
  readonly tenant: number | null;
  readonly service: string;
  readonly window: Window;
  readonly sentence: string;
  readonly share: number | null;
  readonly times_peers: number | null;
  readonly usd_per_day: string | null;
  readonly flagged: string;
  readonly tests: readonly string[];
  readonly causes: readonly string[];
  readonly next: readonly string[];
  /** Commands that show what it rests on. */
  readonly evidence: readonly string[];
}

/** What a tenant is billed in a month, and each line of it. */
export interface BillData {
  /** YYYY-MM. */
  readonly period: string;
  readonly currency: string;
  readonly status: 'provisional' | 'final';
  /** How far the usage in it goes, epoch ms. */
  readonly through: number | null;
  /** Exact; null where the page may not say what all are billed. */
  readonly total: string | null;
  /** Folder of the package its lines stand in; null when none was written. */
  readonly package: string | null;
  readonly unbilled: number;
  readonly tenants: readonly {
    readonly tenant: number;
    /** Exact, before the account is rounded. */
    readonly billed: string;
    /** At the rate of the month so far; null when it is over or has not begun. */
    readonly forecast: string | null;
    /** Largest first; of tenants looked at closely only. */
    readonly lines: readonly {
      readonly description: string;
      readonly quantity: string | null;
      readonly unit: string | null;
      readonly billed: string;
      /** One charge of the line, to be followed to its usage; null without a package. */
      readonly charge: string | null;
    }[];
  }[];
}

/** What tenants cost and bring. */
export interface EconomicsData {
  /** `allocated`: the cloud's bill, split. `list`: usage at list price, where no bill was given. */
  readonly source: 'allocated' | 'list';
  readonly currency: string;
  /** What the figures are of, in words. */
  readonly period: string;
  readonly tenants: readonly {
    readonly tenant: number;
    readonly cost: string;
    /** Null where no rate card rates it. */
    readonly billed: string | null;
    readonly margin: string | null;
  }[];
  /** Given to customers, and left with reserved tenants. */
  readonly allocated: string;
  readonly unallocated: string;
  readonly command: string;
}

/** Whether the numbers can be trusted, and where not. */
export interface QualityData {
  /** Rows of the heat strip; -1 stands for all tenants. States by hour of the first window, one letter each. */
  readonly strip: readonly { readonly tenant: number; readonly states: string; readonly reason: string }[];
  /** Tenants whose hours are all sound, and so are not drawn. */
  readonly sound: number;
  /** Tenants with doubtful hours beyond those drawn. */
  readonly more: number;
  /** Lines that came on a later day, and all lines, of the window. */
  readonly late: { readonly lines: number; readonly of: number };
  /** The slowest emitters. */
  readonly lag: readonly { readonly tenant: number; readonly median_ms: number; readonly greatest_ms: number }[];
  /** Of the platform's page only. */
  readonly delivery: {
    readonly records: number;
    readonly accepted: number;
    readonly lines: number;
    readonly duplicates: number;
    readonly quarantined: readonly { readonly reason: string; readonly meaning: string; readonly count: number }[];
    readonly reconciled: boolean | null;
  } | null;
}

/** Everything the page shows. Plain JSON; the same lake and clock give the same. */
export interface DashboardData {
  readonly version: typeof DATA_VERSION;
  readonly audience: Audience;
  /** Epoch ms. */
  readonly generated_at: number;
  /** End of the data, epoch ms; null when the ledger has none. */
  readonly data_through: number | null;
  /** What the engine leaves out of the lake, in words. */
  readonly gaps: readonly string[];
  /** What a command needs beside its own flags to read the same lake: ` --lake ./lake`, or nothing. */
  readonly flags: string;
  readonly plans: readonly string[];
  readonly cells: readonly string[];
  readonly tenants: TenantTable;
  /** The first is the one the page is about; it is never empty. */
  readonly windows: readonly WindowData[];
  readonly details: readonly TenantDetail[];
  /** Null where no lines were read for the page. */
  readonly callers: CallersRead | null;
  readonly anomalies: readonly AnomalyData[];
  readonly bill: BillData | null;
  readonly economics: EconomicsData | null;
  readonly quality: QualityData;
}
