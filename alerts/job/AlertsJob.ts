import type { Budget, ListPrice } from '../../model/index.js';
import type { DetectTenant } from '../detection/detect.js';
import type { Gauges } from '../messages/metricData.js';
import type { KeepPictures } from '../pictures/keepPictures.js';
import type { MaintenanceWindow, NotificationPlan } from '../policy/planNotifications.js';
import type { SignalRow } from '../signals/fileSignals.js';
import type { PolicyStore } from '../state/policyStore.js';
import type { UsageSource } from './UsageSource.js';

/** How windows are judged and pages held back. */
export interface AlertsSettings {
  /** Part of the tenant-hours (or, in short windows, of the tenants with agents) that must be complete, 0 to 1. */
  readonly leastComplete: number;
  /** How long after its end a short window is judged: the delivery's buffer and a little, milliseconds. */
  readonly settleMs: number;
  /** Whether windows of five minutes are judged, too. */
  readonly fast: boolean;
  readonly pagesPerHour: number;
  readonly maintenance: readonly MaintenanceWindow[];
}

/** What one run of the job is made of. */
export interface AlertsJob {
  readonly source: UsageSource;
  readonly store: PolicyStore;
  readonly prices: readonly ListPrice[];
  readonly tenants: readonly DetectTenant[];
  /** What may be spent in 30 days; empty without budgets. */
  readonly budgets: readonly Budget[];
  /** What a file says of the infrastructure; empty without one. */
  readonly signals: readonly SignalRow[];
  readonly settings: AlertsSettings;
  /** Awaited between windows, which of many tenants take long: lets others on, and ends the run by what it throws. */
  readonly turn?: () => Promise<void>;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /**
   * Takes on what is to be sent; when it returns it answers for it. It may be handed the same plan again after a crash, and
   * knows its transitions by their ids.
   */
  readonly deliver: (plan: NotificationPlan, at: number) => Promise<void>;
  /** Draws what people are told of; a run without it tells the same in words alone. Never throws. */
  readonly keepPictures?: KeepPictures;
  /** Called by every run once all is handed over: sends what earlier runs could not, and says how things stand. */
  readonly afterwards?: (gauges: Gauges) => Promise<void>;
  /** Tells that the job has run, by a way of its own: what does not hear it for a while pages. */
  readonly heartbeat: (at: number) => Promise<void>;
}
