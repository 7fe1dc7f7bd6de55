import { buildRegistry, type Event, parseConfigOrThrow, type Truth } from '../../../model/index.js';
import { createTransform } from '../../../transforms/index.js';
import { readEvent } from '../../transforms/readEvent.js';
import type { PutRecord, Simulation } from './readSimulation.js';
import { sorted } from './recount.js';

/** An event with the tenant whose partition it went to. */
interface Kept {
  readonly tenant: string;
  readonly event: Event;
}

/** What the pipeline made of a simulation, in the form of its truth. */
export interface Measured {
  readonly usage: Truth['usage'];
  readonly formats: Truth['formats'];
  /** Every event once, by its id. */
  readonly events: ReadonlyMap<string, Kept>;
}

/** Sends a simulation's records through the transform, batch by batch as they were put, and adds up the events by hand. */
export async function measure(simulation: Simulation): Promise<Measured> {
  const config = parseConfigOrThrow(simulation.config, 'tenantscope.yaml');
  const registry = buildRegistry({ tenants: config.tenants, sharedNamespaces: config.shared_namespaces });
  const events = new Map<string, Kept>();
  const returned: PutRecord[] = [];
  const transform = createTransform({
    registry: () => registry,
    trust: config.identity.trust,
    platformStream: config.identity.platform_stream,
    reput: async (pieces, parent) => {
      const origin = batch.find((_record, index) => String(index) === parent.recordId);
      if (origin === undefined) throw new Error(`no record ${parent.recordId} in the batch`);
      returned.push(...pieces.map(({ data }) => ({ ...origin, data })));
      return pieces.map(() => true);
    },
    observe: () => undefined,
  });
  let batch: readonly PutRecord[] = [];
  const send = async (records: readonly PutRecord[]): Promise<void> => {
    batch = records;
    const answer = await transform(firehoseEvent(records));
    for (const { result, data, metadata } of answer.records) {
      if (result !== 'Ok') continue;
      const tenant = metadata?.partitionKeys.tenant_id ?? '';
      for (const text of Buffer.from(data, 'base64').toString('utf8').trimEnd().split('\n')) {
        const event = readEvent(text);
        events.set(event.event_id, { tenant, event });
      }
    }
  };
  for (const records of batchesOf(simulation.records)) await send(records);
  for (let piece = returned.shift(); piece !== undefined; piece = returned.shift()) await send([piece]);
  return { events, usage: usageOf(events.values()), formats: formatsOf(events.values()) };
}

function firehoseEvent(records: readonly PutRecord[]): unknown {
  return {
    invocationId: 'i',
    deliveryStreamArn: 'arn:aws:firehose:us-east-1:0:deliverystream/d',
    sourceKinesisStreamArn: `arn:aws:kinesis:us-east-1:0:stream/${records[0]?.stream ?? ''}`,
    region: 'us-east-1',
    records: records.map((record, index) => ({
      recordId: String(index),
      approximateArrivalTimestamp: record.arrival,
      data: record.data.toString('base64'),
    })),
  };
}

/** Consecutive records of one stream, at most 100 and about 3 MB. */
function* batchesOf(records: readonly PutRecord[]): Generator<readonly PutRecord[]> {
  let batch: PutRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const full = batch.length === 100 || bytes + record.data.length > 3_000_000;
    if (batch.length > 0 && (full || batch[0]?.stream !== record.stream)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += record.data.length;
  }
  if (batch.length > 0) yield batch;
}

function usageOf(events: Iterable<Kept>): Truth['usage'] {
  const rows = new Map<string, Truth['usage'][number]>();
  for (const {
    tenant: emitter,
    event: { event_time, usage },
  } of events) {
    const event_hour = `${new Date(event_time).toISOString().slice(0, 13)}:00:00.000Z`;
    for (const { tenant_id, service, resource, operation, meter, unit, quantity_micros } of usage) {
      const row = { tenant_id, emitter, service, resource, operation, meter, unit, event_hour };
      const key = Object.values(row).join('|');
      const before = rows.get(key);
      const sum = BigInt(before?.quantity_micros ?? '0') + BigInt(quantity_micros);
      rows.set(key, { ...row, quantity_micros: sum.toString(), events: (before?.events ?? 0) + 1 });
    }
  }
  return sorted([...rows.values()]);
}

function formatsOf(events: Iterable<Kept>): Truth['formats'] {
  const rows = new Map<string, Truth['formats'][number]>();
  for (const { tenant, event } of events) {
    const key = `${tenant} ${event.format}`;
    const row = rows.get(key) ?? {
      tenant_id: tenant,
      format: event.format ?? '',
      lines: 0,
      log_bytes: 0,
      http_requests: 0,
    };
    const requests = event.usage.filter(({ service, meter }) => service === 'Ingress' && meter === 'requests').length;
    rows.set(key, {
      ...row,
      lines: row.lines + 1,
      log_bytes: row.log_bytes + Number(event.log_bytes),
      http_requests: row.http_requests + requests,
    });
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
