import { startOfDay, type TenantId } from '../../model/index.js';
import type { SinkLimits, SinkRecord } from './SinkRecord.js';
import { sinkRecordId } from './SinkRecord.js';
import type { SinkState } from './SinkState.js';
import type { SinkSettings } from './sinkSettings.js';

/** What a tenant used of one meter, millionths. */
export interface SinkUsage {
  readonly tenant_id: string;
  readonly service: string;
  readonly meter: string;
  readonly quantity_micros: bigint;
}

/** A plan: the state after it, and the records it adds. */
export interface SinkPlan {
  readonly state: SinkState;
  readonly added: readonly SinkRecord[];
  /** Tenants with usage of the sink's meters that have no customer: nothing of theirs is sent or taken. */
  readonly unmapped: readonly string[];
}

const MICROS = 1_000_000n;

interface Customer {
  readonly customer: string;
  readonly license_arn?: string | undefined;
}

/**
 * The records of the windows that are over since the last plan. A customer's usage of a window, with what was carried and what came
 * late for windows before, becomes whole units; the rest is carried. A window that the receiver takes no more gets no record: its usage
 * is carried into the next one. Corrections that take usage back lower what comes next; no record is negative. Every unit of usage since
 * `start` of a tenant with a customer is in a record or carried, once. Pure.
 *
 * @param before usage in `[start, state.through)` as it is known now
 * @param since usage in `[state.through, until)` by hour
 * @param until end of the last window that is over, epoch ms
 */
export function planRecords(input: {
  readonly sink: string;
  readonly settings: SinkSettings;
  readonly limits: SinkLimits;
  readonly state: SinkState;
  readonly before: readonly SinkUsage[];
  readonly since: readonly (SinkUsage & { readonly event_hour: number })[];
  readonly until: number;
  readonly now: number;
}): SinkPlan {
  const { sink, settings, limits, state, until, now } = input;
  const taken = { ...state.taken };
  const carried = { ...state.carried };
  const added: SinkRecord[] = [];
  const unmapped = new Set<string>();
  const windows = windowsOf(state.through, until, limits.windowMs);
  for (const { service, meter, name, per } of settings.meters) {
    const mine = ({ service: s, meter: m }: SinkUsage): boolean => s === service && m === meter;
    const totals = new Map<string, bigint>();
    for (const row of input.before.filter(mine)) add(totals, row.tenant_id, row.quantity_micros);
    const byWindow = new Map<string, bigint>();
    for (const row of input.since.filter(mine)) {
      add(totals, row.tenant_id, row.quantity_micros);
      const customer = customerOf(settings, row.tenant_id);
      if (customer === undefined) continue;
      const start = windows[Math.floor((row.event_hour - state.through) / limits.windowMs)]?.start;
      add(byWindow, `${keyOf(customer, name)} ${start}`, row.quantity_micros);
    }
    const groups = new Map<string, { customer: Customer; tenants: string[]; fresh: bigint }>();
    for (const [tenant, total] of totals) {
      const customer = customerOf(settings, tenant);
      if (customer === undefined) {
        unmapped.add(tenant);
        continue;
      }
      const key = keyOf(customer, name);
      const group = groups.get(key) ?? { customer, tenants: [], fresh: 0n };
      group.tenants.push(tenant);
      group.fresh += total - BigInt(taken[`${tenant} ${name}`] ?? '0');
      groups.set(key, group);
      taken[`${tenant} ${name}`] = String(total);
    }
    for (const [key, { customer, tenants, fresh }] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const inWindows = windows.reduce((sum, { start }) => sum + (byWindow.get(`${key} ${start}`) ?? 0n), 0n);
      let carry = BigInt(carried[key] ?? '0') + fresh - inWindows;
      for (const { start, end } of windows) {
        carry += byWindow.get(`${key} ${start}`) ?? 0n;
        const timestamp = limits.timestampOf(start, end);
        if (!limits.accepts(timestamp, now)) continue;
        const size = BigInt(per) * MICROS;
        const whole = carry > 0n ? carry / size : 0n;
        const units = whole > limits.mostUnits ? limits.mostUnits : whole;
        if (units === 0n) continue;
        carry -= units * size;
        const record = { ...customer, name, start };
        added.push({
          id: sinkRecordId(sink, record),
          ...record,
          tenants: [...tenants].sort(),
          end,
          timestamp,
          units: Number(units),
          per,
          state: 'pending',
          attempts: 0,
          first_attempt: null,
          detail: '',
        });
      }
      carried[key] = String(carry);
    }
  }
  const next = { ...state, taken, carried, through: Math.max(state.through, until) };
  return { state: { ...next, records: [...state.records, ...added] }, added, unmapped: [...unmapped].sort() };
}

/** The state of a sink that has sent nothing yet. */
export function firstState({ start }: Pick<SinkSettings, 'start'>): SinkState {
  const at = startOfDay(start);
  return { version: 1, start: at, through: at, taken: {}, carried: {}, records: [], logged: 0 };
}

/**
 * Takes back records that were never handed to the network and whose time the receiver takes no more: their usage is carried again. Those
 * that were, and that it may have forgotten, become `unknown`: sending them again could count twice. Pure.
 */
export function ageRecords(state: SinkState, settings: SinkSettings, limits: SinkLimits, now: number): SinkState {
  const carried = { ...state.carried };
  const names = new Set(settings.meters.map(({ name }) => name));
  const records = state.records.flatMap((record): SinkRecord[] => {
    if (record.state !== 'pending') return [record];
    if (record.first_attempt === null) {
      if (limits.accepts(record.timestamp, now) || !names.has(record.name)) return [record];
      const key = keyOf(record, record.name);
      carried[key] = String(BigInt(carried[key] ?? '0') + BigInt(record.units) * BigInt(record.per) * MICROS);
      return [];
    }
    if (now - record.first_attempt < limits.knowsFor) return [record];
    const detail = `sent without an answer more than ${Math.round(limits.knowsFor / 3_600_000)} h ago: ${record.detail}`;
    return [{ ...record, state: 'unknown', detail }];
  });
  return { ...state, carried, records };
}

/** The end of the last window that is over at an instant. */
export function closedUntil(start: number, through: number, windowMs: number): number {
  return through <= start ? start : start + Math.floor((through - start) / windowMs) * windowMs;
}

function windowsOf(from: number, until: number, windowMs: number): readonly { start: number; end: number }[] {
  const windows = [];
  for (let start = from; start + windowMs <= until; start += windowMs) windows.push({ start, end: start + windowMs });
  return windows;
}

function customerOf(settings: SinkSettings, tenant: string): Customer | undefined {
  const found = new Map<string, (typeof settings.customers)[TenantId]>(Object.entries(settings.customers)).get(tenant);
  if (found === undefined) return undefined;
  if (typeof found === 'string') return { customer: found };
  const { account, license_arn } = found;
  return license_arn === undefined ? { customer: account } : { customer: account, license_arn };
}

const keyOf = ({ customer, license_arn }: Customer, name: string): string =>
  [customer, ...(license_arn === undefined ? [] : [license_arn]), name].join(' ');

function add(map: Map<string, bigint>, key: string, value: bigint): void {
  map.set(key, (map.get(key) ?? 0n) + value);
}
