import { AppError, type Window } from '../../model/index.js';
import { batchesOf } from '../engines/batchesOf.js';
import type { Engine } from '../engines/Engine.js';
import { sqlInstant } from '../engines/sqlInstant.js';
import { sqlText } from '../engines/sqlText.js';
import { TenantAmounts } from './TenantAmounts.js';

/** One meter of a service, and the hours (starts, epoch ms) it was used in by anyone. */
export interface UsedMeter {
  readonly service: string;
  readonly meter: string;
  readonly hours: readonly number[];
}

/** What a millionth of a meter's unit counts in its service. */
export interface MeterWeight {
  readonly service: string;
  readonly meter: string;
  /** More than zero. */
  readonly weight: bigint;
  /** By this the service's sums are divided, when they are complete. */
  readonly scale: number;
}

/** The weighed use of a service: by hour (starts, epoch ms, ascending), of each tenant that used it in that hour. */
export type WeighedHours = ReadonlyMap<number, ReadonlyMap<string, number>>;

const inWindow = ({ start, end }: Window, of = ''): string =>
  `${of}event_hour >= ${sqlInstant(start)} and ${of}event_hour < ${sqlInstant(end)}`;

/** The meters used in a window, by service and name. */
export async function usedMeters(engine: Engine, window: Window): Promise<readonly UsedMeter[]> {
  const answer = await engine.query(
    `select distinct service, meter, event_hour from ledger where ${inWindow(window)} order by service, meter, event_hour`,
  );
  const meters: (UsedMeter & { hours: number[] })[] = [];
  for (const [service, meter, hour] of answer.rows) {
    const last = meters.at(-1);
    if (last !== undefined && last.service === service && last.meter === meter)
      last.hours.push(Date.parse(String(hour)));
    else meters.push({ service: String(service), meter: String(meter), hours: [Date.parse(String(hour))] });
  }
  return meters;
}

/**
 * What every tenant used of every service by hour, its meters weighed and added up exactly by the engine: one number a tenant,
 * service and hour, whatever the number of meters, read as it comes and kept in eight bytes. So weeks of ten thousand tenants fit into
 * memory, where a row of each meter does not. A sum becomes a double when it is complete. Throws INTERNAL for an engine whose ledger
 * changes between its statements, since what somebody used would be left out.
 */
export async function weighedByHour(
  engine: Engine,
  window: Window,
  weights: readonly MeterWeight[],
): Promise<ReadonlyMap<string, WeighedHours>> {
  if (weights.length === 0) return new Map();
  const known = await engine.query(
    `select distinct tenant_id from ledger where ${inWindow(window)} order by tenant_id`,
  );
  const tenants = known.rows.map(([tenant]) => String(tenant));
  const places = new Map(tenants.map((tenant, place) => [tenant, place]));
  const scales = new Map(weights.map(({ service, scale }) => [service, scale]));
  const services = new Map<string, Map<number, Float64Array>>();
  const list = weights.map(
    ({ service, meter, weight }) => `(${sqlText(service)}, ${sqlText(meter)}, cast('${weight}' as decimal(38, 0)))`,
  );
  const sql = `select l.service, l.event_hour, l.tenant_id,
      cast(sum(cast(l.quantity_micros as decimal(38, 0)) * w.weight) as decimal(38, 0))
    from ledger l join (values ${list.join(', ')}) w(service, meter, weight)
      on w.service = l.service and w.meter = l.meter
    where ${inWindow(window, 'l.')} group by l.service, l.event_hour, l.tenant_id`;
  for await (const rows of batchesOf(engine, sql)) {
    for (const [service, hour, tenant, amount] of rows) {
      const place = places.get(String(tenant));
      const scale = scales.get(String(service));
      if (place === undefined || scale === undefined) {
        throw new AppError('INTERNAL', 'two statements on one ledger do not agree', {
          expected: 'usage of the tenants and services that were asked for',
          got: `${tenant}, ${service}`,
        });
      }
      const hours = services.get(String(service)) ?? new Map<number, Float64Array>();
      services.set(String(service), hours);
      const start = Date.parse(String(hour));
      const amounts = hours.get(start) ?? new Float64Array(tenants.length).fill(Number.NaN);
      hours.set(start, amounts);
      amounts[place] = Number(amount) / scale;
    }
  }
  return new Map(
    [...services].map(([service, hours]) => [
      service,
      new Map(
        [...hours]
          .sort(([a], [b]) => a - b)
          .map(([hour, amounts]) => [hour, new TenantAmounts(tenants, places, amounts)]),
      ),
    ]),
  );
}

/** What all tenants together used of one meter by service and hour. */
export async function meterByHour(
  engine: Engine,
  window: Window,
  meter: string,
): Promise<
  readonly {
    readonly service: string;
    readonly meter: string;
    /** Start of the hour, epoch ms. */
    readonly event_hour: number;
    readonly quantity_micros: bigint;
  }[]
> {
  const answer = await engine.query(`select service, event_hour, cast(sum(quantity_micros) as decimal(38, 0))
    from ledger where meter = ${sqlText(meter)} and ${inWindow(window)}
    group by service, event_hour order by service, event_hour`);
  return answer.rows.map(([service, hour, quantity]) => ({
    ...{ service: String(service), meter, event_hour: Date.parse(String(hour)) },
    quantity_micros: BigInt(String(quantity)),
  }));
}
