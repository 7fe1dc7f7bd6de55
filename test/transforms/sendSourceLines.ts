import { expect } from 'vitest';
import {
  buildRegistry,
  type Event,
  type MeterSources,
  meterSourcesSchema,
  type RecordOutcome,
  type Source,
  tenantSchema,
} from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { readEvent } from './readEvent.js';

export const tenants = [
  tenantSchema.parse({
    id: 'acme',
    namespaces: ['tenant-acme'],
    resources: {
      hosts: ['acme.example.com', '*.acme.example.com'],
      paths: ['/t/acme'],
      bucket_prefixes: ['media/acme'],
      tables: ['acme-*'],
      functions: ['acme-*'],
      user_pools: ['eu-west-1_Acme'],
    },
  }),
  tenantSchema.parse({
    id: 'globex',
    namespaces: ['tenant-globex'],
    resources: { paths: ['/t/acme/globex', '/t/globex/'] },
  }),
];

interface Sent {
  readonly events: readonly Event[];
  readonly outcomes: readonly RecordOutcome[];
}

export async function send(
  envelopes: readonly object[],
  over: { stream?: string; meterSources?: Partial<MeterSources> } = {},
): Promise<Sent> {
  const outcomes: RecordOutcome[] = [];
  const meterSources = meterSourcesSchema.parse(over.meterSources ?? {});
  const transform = createTransform({
    registry: () => buildRegistry({ tenants, sharedNamespaces: ['platform'], meterSources }),
    trust: 'namespace',
    platformStream: 'platform',
    reput: async () => [],
    observe: (outcome) => outcomes.push(outcome),
  });
  const response = await transform({
    invocationId: 'i',
    deliveryStreamArn: `arn:aws:firehose:us-east-1:0:deliverystream/${over.stream ?? 'platform'}`,
    region: 'us-east-1',
    records: [
      {
        recordId: '1',
        approximateArrivalTimestamp: Date.UTC(2026, 10, 24, 12),
        data: Buffer.from(envelopes.map((envelope) => `${JSON.stringify(envelope)}\n`).join('')).toString('base64'),
      },
    ],
  });
  const events = response.records
    .filter(({ result }) => result === 'Ok')
    .flatMap(({ data }) => Buffer.from(data, 'base64').toString('utf8').trimEnd().split('\n'))
    .map(readEvent);
  return { events, outcomes };
}

export const envelope = (source: Source, log: string, more: object = {}) => ({
  schema: 'tenantscope/1',
  tenant_id: '_shared',
  source,
  uid: `${source}/${log.length}`,
  file: 'x',
  log,
  ...more,
});

/** Usage of an event without the pipeline's own, as `tenant service resource operation meter = micros`. */
export function usageOf(event: Event | undefined): string[] {
  return (event?.usage ?? [])
    .filter(({ service }) => service !== 'Pipeline')
    .map(
      ({ tenant_id, service, resource, operation, meter, kind, quantity_micros }) =>
        `${tenant_id} ${service} ${resource} ${operation} ${meter}${kind === 'sum' ? '' : ` (${kind})`} = ${quantity_micros}`,
    );
}

export async function one(
  source: Source,
  log: string,
  more: object = {},
  over: Parameters<typeof send>[1] = {},
): Promise<Event> {
  const { events } = await send([envelope(source, log, more)], over);
  expect(events).toHaveLength(1);
  return events[0] as Event;
}
