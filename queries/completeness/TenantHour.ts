import type { QueryResult, Value } from '../engines/Engine.js';

/** What can be said of one hour of a tenant's lines. */
export const HOUR_STATES = ['complete', 'incomplete', 'open', 'declared', 'idle'] as const;

/** What can be said of one hour of a tenant's lines. */
export type HourState = (typeof HOUR_STATES)[number];

/** One hour of one emitting tenant, judged, with what it was judged by. */
export interface TenantHour {
  readonly tenant_id: string;
  /** Start of the hour, epoch milliseconds, UTC. */
  readonly hour: number;
  readonly state: HourState;
  readonly agents: number;
  readonly lines_sent: number;
  readonly lines_missing: number;
  readonly lines_declared: number;
  readonly silent_pods: number;
  readonly silent_pod: string | null;
  /** Minute of the hour, 0 to 59. */
  readonly silent_from: number | null;
  readonly silent_minutes: number | null;
  readonly waiting_pods: number;
  readonly waiting_pod: string | null;
  /** ISO instant. */
  readonly heard_through: string | null;
  readonly uncounted_pods: number;
  readonly unbooked_objects: number;
}

/** A state as the statement of the report `completeness` names it. */
export function hourState(value: Value | undefined): HourState {
  const state = HOUR_STATES.find((known) => known === value);
  if (state === undefined) throw new Error(`unknown state ${String(value)}`);
  return state;
}

/** Rows of the report `completeness` as its statement answers them. */
export function tenantHours({ columns, rows }: QueryResult): readonly TenantHour[] {
  return rows.map((row) => {
    const at = (name: string): Value => row[columns.indexOf(name)] ?? null;
    const count = (name: string): number => Number(at(name) ?? 0);
    const text = (name: string): string | null => (at(name) === null ? null : String(at(name)));
    const some = (name: string): number | null => (at(name) === null ? null : Number(at(name)));
    const state = hourState(at('state'));
    return {
      tenant_id: String(at('tenant_id')),
      hour: Date.parse(String(at('hour'))),
      state,
      agents: count('agents'),
      lines_sent: count('lines_sent'),
      lines_missing: count('lines_missing'),
      lines_declared: count('lines_declared'),
      silent_pods: count('silent_pods'),
      silent_pod: text('silent_pod'),
      silent_from: some('silent_from'),
      silent_minutes: some('silent_minutes'),
      waiting_pods: count('waiting_pods'),
      waiting_pod: text('waiting_pod'),
      heard_through: text('heard_through'),
      uncounted_pods: count('uncounted_pods'),
      unbooked_objects: count('unbooked_objects'),
    };
  });
}
