import { priceUsage } from '../alerts/index.js';
import { billedTotal, type WrittenPackage } from '../billing/index.js';
import type { DashboardData, ServiceShare } from '../dashboard/index.js';
import {
  type Config,
  type Finding,
  HOUR_MS,
  QUARANTINE_REASONS,
  type QuarantineReason,
  type Window,
} from '../model/index.js';
import {
  deliveryTotals,
  describeCompleteness,
  type Engine,
  type ReconcileResult,
  usageByHour,
  watermark,
} from '../queries/index.js';

const HISTORY_MS = 28 * 24 * HOUR_MS;

/** What the page is made from, beside the ledger. */
export interface PageInputs {
  readonly window: Window;
  readonly findings: readonly Finding[];
  readonly bill: WrittenPackage | null;
  readonly reconciled: ReconcileResult | null;
}

/** Gathers what the page shows. */
export async function dashboardData(engine: Engine, config: Config, inputs: PageInputs): Promise<DashboardData> {
  const { window, bill } = inputs;
  const usage = await usageByHour(engine, { start: window.start - HISTORY_MS, end: window.end });
  const names = new Map<string, string>(config.tenants.map((tenant) => [tenant.id, tenant.name ?? tenant.id]));
  const totals = await deliveryTotals(engine, config.lake);
  const { dataThrough } = await watermark(engine);
  return {
    window,
    dataThrough,
    completeness: [await describeCompleteness(engine, window), ...engine.gaps].join('; '),
    services: priceUsage(usage, config.list_prices).services.map((service) => shareOf(service, window, names)),
    findings: inputs.findings,
    bill:
      bill === null
        ? null
        : {
            period: bill.manifest.billing_period.start.slice(0, 7),
            currency: bill.manifest.currency,
            total: billedTotal(bill.manifest),
            rows: bill.largest.map(({ billing_account: account, billed }) => ({ account, billed })),
            unbilled: Object.values(bill.manifest.reconciliation.unbilled).reduce((sum, count) => sum + count, 0),
          },
    quality: {
      ...totals,
      quarantined: Object.entries(totals.quarantined)
        .sort((a, b) => b[1] - a[1])
        .map(([reason, count]) => ({ reason, count, meaning: QUARANTINE_REASONS[reason as QuarantineReason] ?? '' })),
      reconciled: inputs.reconciled?.ok ?? null,
    },
  };
}

type Priced = ReturnType<typeof priceUsage>['services'][number];

function shareOf(service: Priced, window: Window, names: ReadonlyMap<string, string>): ServiceShare {
  const hours: number[] = [];
  for (let hour = window.start; hour < window.end; hour += HOUR_MS) hours.push(hour);
  const now = sum(service, (hour) => hour >= window.start && hour < window.end);
  const before = sum(service, (hour) => hour < window.start);
  const total = all(now);
  const totalBefore = all(before);
  const hourTotals = hours.map((hour) => all(service.hours.get(hour) ?? new Map()));
  const tenants = [...now]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([id, amount]) => ({
      tenant_id: id,
      name: names.get(id) ?? id,
      amount,
      share: total === 0 ? 0 : amount / total,
      share_before: totalBefore === 0 ? null : (before.get(id) ?? 0) / totalBefore,
      hourly: hours.map((hour, index) => {
        const whole = hourTotals[index] ?? 0;
        return whole === 0 ? null : (service.hours.get(hour)?.get(id) ?? 0) / whole;
      }),
    }));
  // The page sets the greatest customer against the others, so it is not its own peer.
  const peers = tenants.filter((tenant) => !tenant.tenant_id.startsWith('_')).slice(1);
  const half = Math.floor(peers.length / 2);
  const upper = peers[half]?.share ?? null;
  const lower = peers[half - 1]?.share ?? null;
  const middle = peers.length % 2 === 1 || upper === null || lower === null ? upper : (upper + lower) / 2;
  return { service: service.service, basis: service.basis, hours, tenants, peer_median_share: middle };
}

function sum(service: Priced, include: (hour: number) => boolean): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [hour, tenants] of service.hours) {
    if (!include(hour)) continue;
    for (const [id, amount] of tenants) sums.set(id, (sums.get(id) ?? 0) + amount);
  }
  return sums;
}

function all(amounts: ReadonlyMap<string, number>): number {
  return [...amounts.values()].reduce((total, amount) => total + amount, 0);
}
