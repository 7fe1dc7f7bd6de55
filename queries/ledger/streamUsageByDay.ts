import { isUtcDay, type UtcDay, type Window } from '../../model/index.js';
import { batchesOf } from '../engines/batchesOf.js';
import type { Engine } from '../engines/Engine.js';
import { sqlInstant } from '../engines/sqlInstant.js';
import { sqlText } from '../engines/sqlText.js';
import type { DailyUsage } from './usage.js';

/** A tenant's usage of a window, by meter and day. */
export interface TenantDays {
  readonly tenant_id: string;
  readonly rows: readonly DailyUsage[];
}

/** Which bookings count. */
export interface BookedBounds {
  /** The last date of booking, inclusive. */
  readonly bookedThrough?: UtcDay;
  /** Only these tenants; all when absent. */
  readonly tenants?: readonly string[];
}

/**
 * The ledger's usage of a window by tenant, meter and UTC day, tenant by tenant: those of `order` in its order, then everyone
 * else by id. One tenant is held at a time, whatever the ledger's size, where the engine can stream.
 */
export async function* streamUsageByDay(
  engine: Engine,
  window: Window,
  order: readonly string[],
  bounds: BookedBounds = {},
): AsyncGenerator<TenantDays> {
  const places = order.map((id, place) => `(${sqlText(id)}, ${place})`);
  const place = places.length === 0 ? '0' : `coalesce(max(p.place), ${places.length})`;
  const join =
    places.length === 0
      ? ''
      : ` left join (values ${places.join(', ')}) p(tenant_id, place) on p.tenant_id = l.tenant_id`;
  const sql = `select l.tenant_id, l.service, l.meter, l.unit,
      substr(cast(cast(l.event_hour as date) as varchar), 1, 10) as day,
      cast(sum(l.quantity_micros) as decimal(38, 0)) as quantity_micros, cast(sum(l.events) as bigint) as events, ${place} as place
    from ledger l${join}
    where l.event_hour >= ${sqlInstant(window.start)} and l.event_hour < ${sqlInstant(window.end)}${where(bounds)}
    group by l.tenant_id, l.service, l.meter, l.unit, substr(cast(cast(l.event_hour as date) as varchar), 1, 10)
    order by place, l.tenant_id, l.service, l.meter, l.unit, day`;
  let tenant: { tenant_id: string; rows: DailyUsage[] } | undefined;
  for await (const rows of batchesOf(engine, sql)) {
    for (const [id, service, meter, unit, day, quantity, events] of rows) {
      const tenant_id = String(id);
      if (tenant !== undefined && tenant.tenant_id !== tenant_id) {
        yield tenant;
        tenant = undefined;
      }
      tenant ??= { tenant_id, rows: [] };
      tenant.rows.push({
        tenant_id,
        service: String(service),
        meter: String(meter),
        unit: String(unit),
        day: dayOf(day),
        quantity_micros: BigInt(String(quantity)),
        events: Number(events),
      });
    }
  }
  if (tenant !== undefined) yield tenant;
}

function where({ bookedThrough, tenants }: BookedBounds): string {
  const booked = bookedThrough === undefined ? '' : ` and l.booked_date <= ${sqlText(bookedThrough)}`;
  return `${booked}${tenants === undefined ? '' : ` and l.tenant_id in (${tenants.map(sqlText).join(', ')})`}`;
}

function dayOf(value: unknown): UtcDay {
  const text = String(value);
  if (!isUtcDay(text)) throw new Error(`no day: ${text}`);
  return text;
}
