import { AppError, HOUR_MS, type Window } from '../../model/index.js';
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
 * memory, where a row of each meter does not. One statement a service, and one for the tenants. A sum becomes a double when it is complete. Throws INTERNAL for an engine whose ledger
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
  const services = new Map<string, WeighedHours>();
  // Service by service: what the engine holds of an answer while it is read is that part of it.
  for (const service of new Set(weights.map((weight) => weight.service))) {
    const own = weights.filter((weight) => weight.service === service);
    const hours = await weighedHours(engine, window, service, own, places);
    if (hours.size === 0) continue;
    services.set(
      service,
      new Map(
        [...hours]
          .sort(([a], [b]) => a - b)
          .map(([hour, amounts]) => [hour * HOUR_MS, new TenantAmounts(tenants, places, amounts)]),
      ),
    );
  }
  return services;
}

/** One service of {@link weighedByHour}: amounts by place, by the hour since 1970. */
async function weighedHours(
  engine: Engine,
  window: Window,
  service: string,
  weights: readonly MeterWeight[],
  places: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<number, Float64Array>> {
  const scale = weights[0]?.scale ?? 1;
  const list = weights.map(({ meter, weight }) => `(${sqlText(meter)}, cast('${weight}' as decimal(38, 0)))`);
  // Hours as numbers: of millions of rows, writing instants and reading them again takes longer than all else.
  const sql = `select date_diff('hour', timestamp '1970-01-01 00:00:00.000', u.event_hour), u.tenant_id, u.amount
    from (select l.event_hour, l.tenant_id, cast(sum(cast(l.quantity_micros as decimal(38, 0)) * w.weight) as decimal(38, 0)) as amount
      from ledger l join (values ${list.join(', ')}) w(meter, weight) on w.meter = l.meter
      where l.service = ${sqlText(service)} and ${inWindow(window, 'l.')} group by l.event_hour, l.tenant_id) u`;
  const hours = new Map<number, Float64Array>();
  for await (const rows of batchesOf(engine, sql)) {
    for (const [at, tenant, amount] of rows) {
      const place = places.get(String(tenant));
      if (place === undefined) {
        throw new AppError('INTERNAL', 'two statements on one ledger do not agree', {
          expected: 'usage of the tenants that were asked for',
          got: `${tenant}, ${service}`,
        });
      }
      const hour = Number(at);
      let amounts = hours.get(hour);
      if (amounts === undefined) {
        amounts = new Float64Array(places.size).fill(Number.NaN);
        hours.set(hour, amounts);
      }
      amounts[place] = Number(amount) / scale;
    }
  }
  return hours;
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
