import type { HourlyUsage } from '../queries/index.js';

/** Lines and bytes of a second, as they go over the stream. */
interface Measured {
  readonly lines: number;
  readonly bytes: number;
}

/** What the sidecar writes around a line: stamp, place, position (bytes, about). */
const ENVELOPE_BYTES = 250;
const HOUR_SECONDS = 3600;

/**
 * What went through the pipeline, a second, on the average of the busiest hour: of all together and of each tenant that printed
 * lines. Undefined where nothing was counted.
 */
export function measuredTraffic(
  usage: readonly Pick<HourlyUsage, 'tenant_id' | 'service' | 'meter' | 'event_hour' | 'quantity_micros'>[],
): { readonly all: Measured | undefined; readonly tenants: ReadonlyMap<string, Measured> } {
  const all = new Map<number, Measured>();
  const tenants = new Map<string, Map<number, Measured>>();
  for (const { tenant_id, service, meter, event_hour, quantity_micros } of usage) {
    if (service !== 'Pipeline') continue;
    const perSecond = Number(quantity_micros) / 1e6 / HOUR_SECONDS;
    const part =
      meter === 'log_events'
        ? { lines: perSecond, bytes: perSecond * ENVELOPE_BYTES }
        : meter === 'log_bytes'
          ? { lines: 0, bytes: perSecond }
          : undefined;
    if (part === undefined) continue;
    const own = tenants.get(tenant_id) ?? new Map<number, Measured>();
    tenants.set(tenant_id, own);
    for (const hours of [all, own]) hours.set(event_hour, plus(hours.get(event_hour), part));
  }
  return {
    all: busiest(all),
    tenants: new Map(
      [...tenants].flatMap(([id, hours]) => {
        const most = busiest(hours);
        return most === undefined ? [] : [[id, most]];
      }),
    ),
  };
}

const plus = (sum: Measured | undefined, { lines, bytes }: Measured): Measured => {
  return { lines: (sum?.lines ?? 0) + lines, bytes: (sum?.bytes ?? 0) + bytes };
};

function busiest(hours: ReadonlyMap<number, Measured>): Measured | undefined {
  return [...hours.values()].reduce<Measured | undefined>(
    (most, hour) => (most === undefined || hour.bytes > most.bytes ? hour : most),
    undefined,
  );
}
