import { FIREHOSE_LIMITS, type FirehoseEvent } from '../../model/index.js';
import type { InputRecord } from '../inputs/readRecords.js';

/** A batch of one invocation, with the records it was made of, by place. */
export interface Batch {
  readonly event: FirehoseEvent;
  readonly records: readonly InputRecord[];
}

/** ARN of the function, as it stands in error records. */
export const LOCAL_LAMBDA_ARN = 'arn:aws:lambda:local:000000000000:function:tenantscope-transform';

/** The event Firehose would send for these records. Ids are deterministic, so that a repeated run is equal. */
export function batchEvent(unit: string, number: number, records: readonly InputRecord[]): Batch {
  const invocationId = `${unit}-${number}`;
  const event: FirehoseEvent = {
    invocationId,
    deliveryStreamArn: 'arn:aws:firehose:local:000000000000:deliverystream/tenantscope-local',
    sourceKinesisStreamArn: `arn:aws:kinesis:local:000000000000:stream/${records[0]?.stream ?? ''}`,
    region: 'local',
    records: records.map((record, place) => ({
      recordId: `${invocationId}-${place}`,
      approximateArrivalTimestamp: record.arrival,
      data: record.bytes.toString('base64'),
      kinesisRecordMetadata: {
        shardId: record.shard,
        partitionKey: record.sequence,
        approximateArrivalTimestamp: record.arrival,
        sequenceNumber: record.sequence,
        subsequenceNumber: '0',
      },
    })),
  };
  return { event, records };
}

/** True when a record must wait for the next invocation: the batch is full, or of another stream. */
export function batchIsFull(records: readonly InputRecord[], bytes: number, next: InputRecord): boolean {
  if (records.length === 0) return false;
  const limits = FIREHOSE_LIMITS;
  return (
    records.length >= limits.batchRecords ||
    bytes + next.bytes.length > limits.batchBytes ||
    records[0]?.stream !== next.stream
  );
}
