import type { UtcDay, Window } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { sqlInstant } from '../engines/sqlInstant.js';

/** What a tenant used of one meter in one hour. */
export interface HourlyUsage {
  readonly tenant_id: string;
  readonly service: string;
  readonly meter: string;
  readonly unit: string;
  /** Start of the hour, epoch milliseconds. */
  readonly event_hour: number;
  readonly quantity_micros: bigint;
  readonly events: number;
}

/** What a tenant used of one meter. */
export type TotalUsage = Pick<HourlyUsage, 'tenant_id' | 'service' | 'meter' | 'quantity_micros'>;

/** What a tenant used of one meter on one UTC day. */
export interface DailyUsage extends Omit<HourlyUsage, 'event_hour'> {
  readonly day: UtcDay;
}

/** The ledger's sums of a window by tenant, meter and hour, finished bookings only. */
export async function usageByHour(engine: Engine, window: Window): Promise<readonly HourlyUsage[]> {
  const answer = await engine.query(`select tenant_id, service, meter, unit, event_hour,
      cast(sum(quantity_micros) as decimal(38, 0)), cast(sum(events) as bigint)
    from ledger where event_hour >= ${sqlInstant(window.start)} and event_hour < ${sqlInstant(window.end)}
    group by tenant_id, service, meter, unit, event_hour order by tenant_id, service, meter, unit, event_hour`);
  return answer.rows.map(([tenant, service, meter, unit, hour, quantity, events]) => ({
    tenant_id: String(tenant),
    service: String(service),
    meter: String(meter),
    unit: String(unit),
    event_hour: Date.parse(String(hour)),
    quantity_micros: BigInt(String(quantity)),
    events: Number(events),
  }));
}

/** The ledger's sums of a window by tenant and meter alone. */
export async function usageTotals(engine: Engine, window: Window): Promise<readonly TotalUsage[]> {
  const answer = await engine.query(`select tenant_id, service, meter, cast(sum(quantity_micros) as decimal(38, 0))
    from ledger where event_hour >= ${sqlInstant(window.start)} and event_hour < ${sqlInstant(window.end)}
    group by tenant_id, service, meter order by tenant_id, service, meter`);
  return answer.rows.map(([tenant, service, meter, quantity]) => ({
    tenant_id: String(tenant),
    service: String(service),
    meter: String(meter),
    quantity_micros: BigInt(String(quantity)),
  }));
}
