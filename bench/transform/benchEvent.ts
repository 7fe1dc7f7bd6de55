import type { FirehoseEvent } from '../../model/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';

const ARRIVAL = Date.parse('2026-11-24T10:00:30.000Z');

/** Two hundred tenants, as many as a cell holds; the lines are those of one. */
export const benchTenants = Array.from({ length: 200 }, (_, n) => {
  const id = `tenant-${String(n).padStart(2, '0')}`;
  return tenantSchema.parse({ id, namespaces: [id] });
});

/** The registry of {@link benchTenants}. */
export const benchRegistry = buildRegistry({ tenants: benchTenants });

/** Records as Firehose hands them to its Lambda. */
export function benchEvent(records: readonly string[]): FirehoseEvent {
  return {
    invocationId: 'bench',
    deliveryStreamArn: 'arn:aws:firehose:eu-west-1:0:deliverystream/bench',
    sourceKinesisStreamArn: 'arn:aws:kinesis:eu-west-1:0:stream/bench',
    region: 'eu-west-1',
    records: records.map((record, index) => ({
      recordId: String(index).padStart(56, '0'),
      approximateArrivalTimestamp: ARRIVAL,
      data: Buffer.from(record).toString('base64'),
      kinesisRecordMetadata: {
        shardId: 'shardId-000000000000',
        partitionKey: 'p',
        approximateArrivalTimestamp: ARRIVAL,
        sequenceNumber: String(index).padStart(56, '0'),
      },
    })),
  };
}
