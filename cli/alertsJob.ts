import { type AlertsJob, ledgerSource, type PolicyStore, type SignalRow } from '../alerts/index.js';
import { budgetsOf, type Config } from '../model/index.js';
import type { Engine } from '../queries/index.js';
import type { AlertsWays } from './alertsWays.js';
import { detectTenants } from './detectIn.js';

/** The alerting job of a project on an engine. */
export function alertsJob(
  config: Config,
  engine: Engine,
  of: AlertsWays & {
    readonly store: PolicyStore;
    readonly clock: () => number;
    readonly signals: readonly SignalRow[];
    readonly turn?: () => Promise<void>;
  },
): AlertsJob {
  const { detection } = config;
  return {
    source: ledgerSource(engine),
    prices: config.list_prices,
    tenants: detectTenants(config),
    budgets: budgetsOf(config),
    settings: {
      leastComplete: detection.least_complete,
      settleMs: detection.settle_seconds * 1000,
      fast: detection.five_minutes,
      pagesPerHour: detection.pages_per_hour,
      maintenance: detection.maintenance.map(({ service, start, end, reason }) => ({
        ...(service === undefined ? {} : { service }),
        start: Date.parse(start),
        end: Date.parse(end),
        reason,
      })),
    },
    ...of,
  };
}
