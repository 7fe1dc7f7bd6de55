import type { AlertsJob, AlertsSettings } from '../../../alerts/job/AlertsJob.js';
import { hourlyUseOf } from '../../../alerts/job/HourlyUse.js';
import { SHORT_MS } from '../../../alerts/job/judgeRecent.js';
import type { UsagePart, UsageSource } from '../../../alerts/job/UsageSource.js';
import type { NotificationPlan } from '../../../alerts/policy/planNotifications.js';
import { openPolicyStore } from '../../../alerts/state/policyStore.js';
import { DEFAULT_LIST_PRICES, HOUR_MS, type Window } from '../../../model/index.js';
import type { Cell, HourCompleteness, ImportedMetricValue, ObjectStore } from '../../../queries/index.js';

/** A fleet whose use is a function of time, and a ledger that sees it late. */
export interface World {
  readonly tenants: readonly string[];
  /** When its usage begins, epoch milliseconds. */
  readonly start: number;
  /** Read units an hour of a tenant at an instant; 0 is idle. */
  readonly rate: (tenant: number, at: number) => number;
  /** It changes on full hours only, and hours are asked for alone: then an hour is asked once. */
  readonly hourly?: true;
  /** How long what is printed takes to be booked, milliseconds; none when left out. */
  readonly latencyMs?: number;
  readonly throttled?: (start: number) => number;
  readonly completeness?: (hour: number) => HourCompleteness | undefined;
  readonly metrics?: (window: Window) => readonly ImportedMetricValue[];
  readonly parts?: readonly UsagePart[];
  readonly service?: string;
}

const MINUTES = 5;

/** The ledger of a world as it is booked at an instant: what happened before it, less the latency. */
export function sourceOf(world: World, now: () => number): UsageSource {
  const { tenants, rate, service = 'DynamoDB' } = world;
  const booked = (): number => now() - (world.latencyMs ?? 0);
  const rows = (from: number, until: number, windowMs: number, of: (tenant: number, start: number) => number) => {
    const usage = [];
    for (let start = from; start < until; start += windowMs) {
      for (const [place, tenant_id] of tenants.entries()) {
        const quantity = Math.round(of(place, start));
        if (quantity === 0) continue;
        const quantity_micros = BigInt(quantity) * 1_000_000n;
        usage.push({ tenant_id, service, meter: 'read_units', event_hour: start, quantity_micros });
      }
      const throttles = world.throttled?.(start) ?? 0;
      const meter = 'throttled_requests';
      if (throttles > 0)
        usage.push({
          tenant_id: tenants[0] ?? '',
          service,
          meter,
          event_hour: start,
          quantity_micros: BigInt(throttles * 1e6),
        });
    }
    return usage;
  };
  const short = (tenant: number, start: number): number =>
    start >= booked() ? 0 : (rate(tenant, start + SHORT_MS / 2) * SHORT_MS) / HOUR_MS;
  return {
    through: async () => Math.floor(booked() / HOUR_MS) * HOUR_MS,
    hours: async ({ start, end }, prices) => {
      const usage = rows(Math.max(start, world.start), end, HOUR_MS, (tenant, hour) =>
        world.hourly === true
          ? rate(tenant, hour)
          : Array.from({ length: 60 / MINUTES }, (_, place) => short(tenant, hour + place * SHORT_MS)).reduce(
              (sum, amount) => sum + amount,
              0,
            ),
      );
      return hourlyUseOf(usage, prices);
    },
    completeness: async ({ start, end }) => {
      const hours = [];
      for (let hour = start; hour < end; hour += HOUR_MS) {
        const said = world.completeness?.(hour);
        if (said !== undefined) hours.push(said);
      }
      return hours;
    },
    recent: async () => {
      const arrived = booked();
      const from = Math.floor(Math.max(arrived - 48 * HOUR_MS, world.start) / SHORT_MS) * SHORT_MS;
      return { usage: rows(from, arrived, SHORT_MS, short), arrived, reach: [] };
    },
    metrics: async (window) => world.metrics?.(window) ?? [],
    parts: async () => world.parts ?? [],
  };
}

/** A store in memory, as many may be opened on one map. */
export function memoryStore(cells = new Map<string, Cell>()): ObjectStore {
  let version = 0;
  return {
    name: 'memory',
    read: async (key) => cells.get(key)?.text,
    list: async () => [],
    create: async () => false,
    remove: async () => undefined,
    readCell: async (key) => cells.get(key),
    writeCell: async (key, text, seen) => {
      if (cells.get(key)?.version !== seen?.version) return undefined;
      version += 1;
      const cell = { text, version: `${version}-${Math.round(text.length)}` };
      cells.set(key, cell);
      return cell;
    },
  };
}

/** A job on a world, with what it sent and how often it told that it ran. */
export interface Rig {
  at: number;
  readonly sent: { readonly at: number; readonly plan: NotificationPlan }[];
  readonly beats: number[];
  readonly job: AlertsJob;
}

/** A rig whose clock is set by hand. */
export function rigOf(
  world: World,
  over: Partial<Omit<AlertsJob, 'settings'>> & { settings?: Partial<AlertsSettings> } = {},
): Rig {
  const rig = { at: 0, sent: [] as Rig['sent'], beats: [] as number[] };
  const clock = (): number => rig.at;
  const job: AlertsJob = {
    source: sourceOf(world, clock),
    store: openPolicyStore(memoryStore()),
    prices: DEFAULT_LIST_PRICES,
    tenants: world.tenants.map((tenant_id) => ({ tenant_id, tier: undefined, expected_share: {} })),
    budgets: [],
    signals: [],
    clock,
    deliver: async (plan, at) => {
      rig.sent.push({ at, plan });
    },
    heartbeat: async (at) => {
      rig.beats.push(at);
    },
    ...over,
    settings: {
      leastComplete: 0.9,
      settleMs: 120_000,
      fast: false,
      pagesPerHour: 5,
      maintenance: [],
      ...over.settings,
    },
  };
  return Object.assign(rig, { job });
}

/** What was told, a word each: `opened t3/DynamoDB/up PAGE`. */
export function toldOf(rig: Rig): readonly string[] {
  return rig.sent.flatMap(({ plan }) =>
    plan.notifications.map(({ transition: { kind, incident } }) => `${kind} ${incident.key} ${incident.severity}`),
  );
}
