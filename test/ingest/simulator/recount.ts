import * as z from 'zod';
import {
  buildRegistry,
  isCustomerTenantId,
  microsFromDecimal,
  parseConfigOrThrow,
  type Truth,
} from '../../../model/index.js';
import type { Simulation } from './readSimulation.js';

const envelope = z.looseObject({
  time: z.string(),
  log: z.string(),
  tenant_id: z.string(),
  namespace: z.string(),
  pod_uid: z.string(),
  container: z.string(),
  offset: z.int(),
});
const units = z.union([z.number(), z.literal(Number.POSITIVE_INFINITY)]);
const capacity = z.looseObject({
  TableName: z.string(),
  CapacityUnits: units,
  GlobalSecondaryIndexes: z.record(z.string(), z.object({ CapacityUnits: units })).optional(),
});
const appLine = z.looseObject({
  time: z.number(),
  tenant_id: z.string().optional(),
  operation: z.string().optional(),
  ConsumedCapacity: z.union([capacity, z.array(capacity)]).optional(),
});
const meteredLine = z.object({
  time: z.iso.datetime(),
  metering: z.object({
    service: z.literal('DynamoDB'),
    operation: z.string(),
    usage: z.array(z.object({ resource: z.string(), throttled_requests: z.int() })),
  }),
});
const READS = new Set(['Query', 'GetItem', 'BatchGetItem', 'Scan']);
const DAY = 86_400_000;

/** The usage rows of a simulation, counted again from the bytes written, by the rules and not by the simulator's code. */
export function recount(simulation: Simulation): Truth['usage'] {
  const config = parseConfigOrThrow(simulation.config, 'tenantscope.yaml');
  const registry = buildRegistry({ tenants: config.tenants, sharedNamespaces: config.shared_namespaces });
  const rows = new Map<string, Truth['usage'][number]>();
  const seen = new Set<string>();
  for (const record of simulation.records) {
    for (const text of record.data.toString('utf8').split('\n')) {
      const parsed = envelope.safeParse(tryJson(text));
      if (!parsed.success) continue;
      const line = parsed.data;
      const owner = registry.ownerOf(line.namespace);
      let emitter: string;
      if (owner.kind === 'shared') {
        if (line.tenant_id !== '_shared' || record.stream !== 'tenantscope-platform') continue;
        emitter = '_shared';
      } else if (owner.kind === 'tenant') {
        if (owner.tenantId !== line.tenant_id) continue;
        emitter = line.tenant_id;
      } else {
        if (!isCustomerTenantId(line.tenant_id) || registry.tenant(line.tenant_id) !== undefined) continue;
        emitter = '_unknown';
      }
      const position = `${line.pod_uid}/${line.container}/${line.offset}`;
      if (seen.has(position)) continue;
      seen.add(position);
      count(line.log, emitter, Date.parse(`${line.time.slice(0, 23)}Z`));
    }
  }
  return sorted([...rows.values()]);

  function count(log: string, emitter: string, stamp: number): void {
    const app = appLine.safeParse(tryJson(log));
    const access = /\[(\d+)\/(\w+)\/(\d+):([\d:]+) \+0000\] "(\w+) [^"]*" \d+ (\d+) /.exec(log);
    const metered = meteredLine.safeParse(tryJson(log));
    let stated = app.success ? app.data.time : Number.NaN;
    if (metered.success) stated = Date.parse(metered.data.time);
    if (access !== null) stated = Date.parse(`${access[1]} ${access[2]} ${access[3]} ${access[4]} UTC`);
    const time = stated >= stamp - 7 * DAY && stated <= stamp + 300_000 ? stated : stamp;
    const add = (
      tenant: string,
      service: string,
      resource: string,
      operation: string,
      meter: string,
      unit: string,
      quantity: bigint,
    ) => {
      const event_hour = new Date(Math.floor(time / 3_600_000) * 3_600_000).toISOString();
      const row = { tenant_id: tenant, emitter, service, resource, operation, meter, unit, event_hour };
      const key = Object.values(row).join('|');
      const before = rows.get(key);
      const sum = BigInt(before?.quantity_micros ?? '0') + quantity;
      rows.set(key, { ...row, quantity_micros: sum.toString(), events: (before?.events ?? 0) + 1 });
    };
    add(emitter, 'Pipeline', '', '', 'log_events', 'Events', 1_000_000n);
    add(emitter, 'Pipeline', '', '', 'log_bytes', 'B', BigInt(Buffer.byteLength(log)) * 1_000_000n);
    if (access !== null) {
      add(emitter, 'Ingress', '', access[5] ?? '', 'requests', 'Requests', 1_000_000n);
      add(emitter, 'Ingress', '', access[5] ?? '', 'bytes_out', 'B', BigInt(access[6] ?? '') * 1_000_000n);
    }
    for (const { resource, throttled_requests } of metered.data?.metering.usage ?? []) {
      const micros = BigInt(throttled_requests) * 1_000_000n;
      const { operation: called = '' } = metered.data?.metering ?? {};
      add(emitter, 'DynamoDB', resource, called, 'throttled_requests', 'Requests', micros);
    }
    if (!app.success || app.data.ConsumedCapacity === undefined) return;
    const operation = app.data.operation ?? '';
    const claimed = app.data.tenant_id ?? '';
    const consumer = emitter !== '_shared' ? emitter : registry.tenant(claimed) === undefined ? '_unknown' : claimed;
    const [meter, unit] = READS.has(operation)
      ? (['read_units', 'ReadUnits'] as const)
      : (['write_units', 'WriteUnits'] as const);
    const all = [app.data.ConsumedCapacity].flat();
    for (const entry of all) {
      const total = microsFromDecimal(entry.CapacityUnits);
      if (total === undefined) continue;
      let table: bigint = total;
      for (const [name, index] of Object.entries(entry.GlobalSecondaryIndexes ?? {})) {
        const part = microsFromDecimal(index.CapacityUnits) ?? 0n;
        table -= part;
        add(consumer, 'DynamoDB', `${entry.TableName}/index/${name}`, operation, meter, unit, part);
      }
      add(consumer, 'DynamoDB', entry.TableName, operation, meter, unit, table);
    }
    add(consumer, 'DynamoDB', all[0]?.TableName ?? '', operation, 'requests', 'Requests', 1_000_000n);
  }
}

/** Rows in one order, whatever order they were counted in. */
export function sorted(rows: Truth['usage']): Truth['usage'] {
  const key = (row: Truth['usage'][number]) =>
    [row.event_hour, row.tenant_id, row.emitter, row.service, row.resource, row.operation, row.meter].join('|');
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
