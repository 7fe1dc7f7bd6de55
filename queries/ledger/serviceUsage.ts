import type { Window } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { sqlInstant } from '../engines/sqlInstant.js';
import { sqlText } from '../engines/sqlText.js';

/** One service, and what it is measured in: `USD` (all its meters by list price) or one meter, as tenant-share answers it. */
export interface MeasuredService {
  readonly service: string;
  readonly basis: string;
}

/** What a tenant, or all that are not named, used of a service in one hour. */
export interface ServiceHour {
  /** Null: all tenants that were not named. */
  readonly tenant_id: string | null;
  /** Start of the hour, epoch ms. */
  readonly hour: number;
  /** 1e-18 USD, or millionths of the meter. */
  readonly amount: bigint;
}

/** What a tenant used of a service under one operation or resource. */
export interface TopUse {
  readonly tenant_id: string;
  readonly name: string;
  readonly amount: bigint;
}

/** Digits behind the point of an amount that {@link serviceByHour} and {@link topUses} give as an integer. */
export function decimalsOf(basis: string): number {
  return basis === 'USD' ? 18 : 6;
}

/** Usage of a service by hour: of each tenant named, and of all others together, so that ten thousand tenants are a few rows. */
export async function serviceByHour(
  engine: Engine,
  of: MeasuredService,
  window: Window,
  tenants: readonly string[],
): Promise<readonly ServiceHour[]> {
  const who =
    tenants.length === 0
      ? 'cast(null as varchar)'
      : `case when u.tenant_id in (${tenants.map(sqlText).join(', ')}) then u.tenant_id end`;
  const answer = await engine.query(`select w.who, w.event_hour, cast(sum(w.amount) as decimal(38, 0))
    from (select ${who} as who, u.event_hour, u.amount from (${measured(of, window)}) u) w
    group by w.who, w.event_hour order by w.who, w.event_hour`);
  return answer.rows.map(([tenant, hour, amount]) => ({
    tenant_id: tenant === null ? null : String(tenant),
    hour: Date.parse(String(hour)),
    amount: BigInt(String(amount)),
  }));
}

/** The operations or resources under which each of these tenants used most of a service, greatest first. */
export async function topUses(
  engine: Engine,
  of: MeasuredService,
  window: Window,
  about: {
    readonly tenants: readonly string[];
    readonly dimension: 'operation' | 'resource';
    readonly top: number;
  },
): Promise<readonly TopUse[]> {
  if (about.tenants.length === 0) return [];
  const answer = await engine.query(`select p.tenant_id, p.name, p.amount
    from (select s.tenant_id, s.name, s.amount,
        row_number() over (partition by s.tenant_id order by s.amount desc, s.name) as place
      from (select u.tenant_id, u.${about.dimension} as name, cast(sum(u.amount) as decimal(38, 0)) as amount
        from (${measured(of, window)}) u
        where u.tenant_id in (${about.tenants.map(sqlText).join(', ')})
        group by u.tenant_id, u.${about.dimension}) s
      where s.amount > 0) p
    where p.place <= ${about.top} order by p.tenant_id, p.amount desc, p.name`);
  return answer.rows.map(([tenant, name, amount]) => ({
    tenant_id: String(tenant),
    name: String(name ?? ''),
    amount: BigInt(String(amount)),
  }));
}

/** The ledger's rows of a service in its basis: prices per unit are in 1e-12 USD, quantities in millionths. */
function measured({ service, basis }: MeasuredService, window: Window): string {
  const where = `l.service = ${sqlText(service)} and l.event_hour >= ${sqlInstant(window.start)} and l.event_hour < ${sqlInstant(window.end)}`;
  const columns = 'l.tenant_id, l.event_hour, l.operation, l.resource';
  return basis === 'USD'
    ? `select ${columns}, cast(l.quantity_micros as decimal(38, 0)) * cast(p.picodollars_per_unit as decimal(38, 0)) as amount
      from ledger l join list_prices p on p.service = l.service and p.meter = l.meter where ${where}`
    : `select ${columns}, cast(l.quantity_micros as decimal(38, 0)) as amount
      from ledger l where ${where} and l.meter = ${sqlText(basis)}`;
}
