import { HOUR_MS } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { canJudge } from './readTenantHours.js';

/** How far what a tenant's agents say has come. Epoch milliseconds, UTC. */
export interface Reach {
  readonly tenant_id: string;
  /** How far arrivals have come in the tenant's cell. */
  readonly reached: number;
  /** How far the least heard pod that is still waited for was heard; null when none is. */
  readonly heardThrough: number | null;
  /** How long it is waited for. */
  readonly graceMs: number;
}

/** How far back agents are looked for: one that delivers what is older holds nothing back. */
const LOOK_BACK_MS = 24 * HOUR_MS;

/**
 * The reach of every tenant whose agents were heard in the day before an instant, by the rules of the report `completeness`:
 * arrivals are measured by heartbeats that came in time, per cell, and a pod is waited for while something of it arrives.
 */
export async function readReach(engine: Engine, until: number): Promise<readonly Reach[]> {
  if (!canJudge(engine)) return [];
  const since = new Date(until - LOOK_BACK_MS).toISOString().slice(0, 23).replace('T', ' ');
  const answer = await engine.query(`with heard as (
    select b.tenant_id, b.pod_uid, b.container, max(b.last_heard) as last_heard, max(b.arrival_through) as arrived,
      max(case when date_diff('millisecond', b.last_heard, b.arrival_through) < c.grace_minutes * 60000 then b.arrival_through end) as timely
    from booked_heartbeats b cross join completeness_settings c
    where b.event_hour >= timestamp '${since}' and b.last_heard is not null
    group by b.tenant_id, b.pod_uid, b.container
  ), placed as (
    select h.tenant_id, h.last_heard, h.arrived, h.timely,
      case when h.tenant_id = '_shared' then '_shared' else coalesce(t.cell, '') end as cell
    from heard h left join tenants t on t.tenant_id = h.tenant_id
  ), reached as (
    select tenant_id, last_heard, arrived,
      case when cell = '' then max(timely) over () else max(timely) over (partition by cell) end as timely,
      case when cell = '' then max(last_heard) over () else max(last_heard) over (partition by cell) end as last_of_cell
    from placed
  )
  select r.tenant_id, max(coalesce(r.timely, r.last_of_cell)),
    min(case when case when r.timely is null then date_diff('millisecond', r.last_heard, r.last_of_cell)
      else date_diff('millisecond', r.arrived, r.timely) end < c.grace_minutes * 60000 then r.last_heard end),
    max(c.grace_minutes)
  from reached r cross join completeness_settings c group by r.tenant_id order by r.tenant_id`);
  return answer.rows.map(([tenant, reached, heard, grace]) => ({
    tenant_id: String(tenant),
    reached: Date.parse(String(reached)),
    heardThrough: heard === null ? null : Date.parse(String(heard)),
    graceMs: Number(grace) * 60_000,
  }));
}
