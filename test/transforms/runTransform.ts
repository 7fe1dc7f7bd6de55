import { expect } from 'vitest';
import { buildRegistry, type Event, type FirehoseEvent, type RecordOutcome, tenantSchema } from '../../model/index.js';
import { createTransform, type ReputPiece } from '../../transforms/index.js';
import { readEvent } from './readEvent.js';

export const ARRIVAL = Date.parse('2026-11-23T10:00:05.000Z');
export const registry = buildRegistry({
  tenants: ['acme', 'evil'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
  sharedNamespaces: ['shared-search'],
});

export const envelope = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  time: '2026-11-23T10:00:00.123456789Z',
  stream: 'stdout',
  log: 'hello',
  tenant_id: 'acme',
  namespace: 'tenant-acme',
  pod: 'api-1',
  pod_uid: 'uid-1',
  container: 'api',
  cluster: 'eu-1',
  file: '/var/log/app/app.log',
  offset: 0,
  ...over,
});
export const line = (over: Record<string, unknown> = {}): string => `${JSON.stringify(envelope(over))}\n`;

interface Sent {
  readonly bytes: Buffer;
  readonly shard?: string;
  readonly sequence?: string;
}

export function eventOf(records: readonly Sent[], stream = 'tenantscope-default'): FirehoseEvent {
  return {
    invocationId: 'i',
    deliveryStreamArn: 'arn:aws:firehose:local:000000000000:deliverystream/tenantscope',
    sourceKinesisStreamArn: `arn:aws:kinesis:local:000000000000:stream/${stream}`,
    region: 'local',
    records: records.map((record, index) => ({
      recordId: `r${index}`,
      approximateArrivalTimestamp: ARRIVAL,
      data: record.bytes.toString('base64'),
      kinesisRecordMetadata: {
        shardId: record.shard ?? 'shardId-000000000000',
        partitionKey: 'p',
        approximateArrivalTimestamp: ARRIVAL,
        sequenceNumber: record.sequence ?? String(index),
      },
    })),
  };
}

interface Run {
  readonly results: readonly { result: string; tenant: string | undefined; dt: string | undefined; size: number }[];
  readonly events: readonly Event[];
  readonly outcomes: readonly RecordOutcome[];
  readonly pieces: readonly ReputPiece[];
}

export async function run(
  texts: readonly (string | Buffer)[],
  options: {
    stream?: string;
    trust?: 'namespace' | 'stamped';
    taken?: boolean;
    shard?: string;
    sequence?: string;
  } = {},
): Promise<Run> {
  const outcomes: RecordOutcome[] = [];
  const pieces: ReputPiece[] = [];
  const transform = createTransform({
    registry: () => registry,
    trust: options.trust ?? 'namespace',
    platformStream: 'tenantscope-platform',
    reput: async (sent) => {
      pieces.push(...sent);
      return sent.map(() => options.taken ?? true);
    },
    observe: (outcome) => outcomes.push(outcome),
  });
  const sent = texts.map((text) => ({
    bytes: Buffer.from(text),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    ...(options.sequence === undefined ? {} : { sequence: options.sequence }),
  }));
  const event = eventOf(sent, options.stream);
  const response = await transform(event);
  expect(response.records.map((record) => record.recordId)).toEqual(event.records.map((record) => record.recordId));
  expect(outcomes.map((outcome) => outcome.recordId)).toEqual(event.records.map((record) => record.recordId));
  expect(JSON.stringify(response).length).toBeLessThan(6 * 1024 * 1024);
  const events = response.records.flatMap((record) =>
    record.result === 'Ok' ? parseNdjson(Buffer.from(record.data, 'base64').toString()) : [],
  );
  return {
    results: response.records.map((record) => ({
      result: record.result,
      tenant: record.metadata?.partitionKeys.tenant_id,
      dt: record.metadata?.partitionKeys.dt,
      size: record.data.length,
    })),
    events,
    outcomes,
    pieces,
  };
}

export function parseNdjson(text: string): Event[] {
  expect(text.endsWith('\n')).toBe(true);
  return text.trimEnd().split('\n').map(readEvent);
}

export const quantities = (event: Event | undefined): string[] =>
  (event?.usage ?? [])
    .filter((entry) => entry.service !== 'Pipeline')
    .map(
      (entry) =>
        `${entry.tenant_id} ${entry.service} ${entry.resource} ${entry.operation} ${entry.meter} ${entry.quantity_micros}`,
    );
