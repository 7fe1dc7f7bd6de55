import type { ListPrice, Window } from '../../model/index.js';
import type { HourCompleteness, ImportedMetricValue, Reach } from '../../queries/index.js';
import type { MeteredUsage } from '../detection/priceUsage.js';
import type { HourlyUse } from './HourlyUse.js';

/** One tenant's use of one meter by operation and resource, in a window and in the same hours before it. */
export interface UsagePart {
  readonly operation: string;
  readonly resource: string;
  readonly meter: string;
  readonly now_micros: bigint;
  readonly before_micros: bigint;
}

/** The last 48 hours by 5 minutes, and how far they have come. Instants are epoch milliseconds, UTC. */
export interface RecentUsage {
  /** `event_hour` is the start of the 5 minutes. */
  readonly usage: readonly MeteredUsage[];
  /** The newest arrival that is booked. */
  readonly arrived: number;
  /** How far the agents of each tenant were heard; none where lines come without agents. */
  readonly reach: readonly Reach[];
}

/** What the job asks of the ledger. Every method may throw what an engine throws. */
export interface UsageSource {
  /** End of the last hour whose data is there; null when there is none. */
  through(): Promise<number | null>;
  /** Usage by hour, weighed by these prices. */
  hours(window: Window, prices: readonly ListPrice[]): Promise<HourlyUse>;
  /** Of how many tenants the lines of each hour are all there; nothing of hours without agents. */
  completeness(window: Window): Promise<readonly HourCompleteness[]>;
  /** Undefined where the engine has no such view, or nothing is booked. */
  recent(): Promise<RecentUsage | undefined>;
  /** Values of imported CloudWatch metrics that are signals, by the hour. */
  metrics(window: Window): Promise<readonly ImportedMetricValue[]>;
  /** What of a service one tenant used by operation and resource; `days` before the window are read for comparison. */
  parts(tenant: string, service: string, window: Window, days: number): Promise<readonly UsagePart[]>;
}
