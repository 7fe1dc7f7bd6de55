import { z } from 'zod';

/** Limits of the Firehose transform contract (AWS documentation, "Data transformation", state of 2026). */
export const FIREHOSE_LIMITS = {
  /** Synchronous Lambda payload, request and response each. */
  payloadBytes: 6 * 1024 * 1024,
  /** Records of one invocation as the local delivery batches them. */
  batchRecords: 500,
  /** Data bytes of one invocation as the local delivery batches them (BufferSizeInMBs = 1). */
  batchBytes: 1024 * 1024,
  /** A Kinesis record by a stream's default MaxRecordSizeInKiB. */
  recordBytes: 1024 * 1024,
} as const;

/** One record of the event Firehose sends to its transform Lambda. Unknown keys are allowed: AWS adds fields. */
export const firehoseRecordSchema = z.looseObject({
  recordId: z.string().min(1),
  /** Epoch milliseconds. */
  approximateArrivalTimestamp: z.number(),
  /** Base64 of the record's bytes. */
  data: z.string(),
  /** Only with a Kinesis source. */
  kinesisRecordMetadata: z
    .looseObject({
      shardId: z.string(),
      partitionKey: z.string(),
      approximateArrivalTimestamp: z.number(),
      sequenceNumber: z.string(),
      subsequenceNumber: z.union([z.string(), z.number()]).optional(),
    })
    .optional(),
});

/** The event Firehose sends to its transform Lambda. */
export const firehoseEventSchema = z.looseObject({
  invocationId: z.string(),
  deliveryStreamArn: z.string(),
  sourceKinesisStreamArn: z.string().optional(),
  region: z.string(),
  records: z.array(firehoseRecordSchema),
});

/** One record of the event. */
export type FirehoseRecord = z.output<typeof firehoseRecordSchema>;
/** The event Firehose sends to its transform Lambda. */
export type FirehoseEvent = z.output<typeof firehoseEventSchema>;

/** The answer to one record. `Ok` carries the partition keys; `Dropped` counts as success and is gone. */
export interface FirehoseResultRecord {
  readonly recordId: string;
  readonly result: 'Ok' | 'Dropped' | 'ProcessingFailed';
  /** Base64. For `Ok`: NDJSON of events, each line ending in `\n`; otherwise the bytes received. */
  readonly data: string;
  readonly metadata?: { readonly partitionKeys: { readonly tenant_id: string; readonly dt: string } };
}

/** The answer to an event: every recordId exactly once, in order. */
export interface FirehoseResponse {
  readonly records: readonly FirehoseResultRecord[];
}

/**
 * The event Firehose sends, checked. Throws zod's error, which names the field. The check by hand comes first: the schema
 * copies every record, which took a tenth of the whole transform.
 */
export function readFirehoseEvent(raw: unknown): FirehoseEvent {
  return isFirehoseEvent(raw) ? raw : firehoseEventSchema.parse(raw);
}

function isFirehoseEvent(raw: unknown): raw is FirehoseEvent {
  if (typeof raw !== 'object' || raw === null) return false;
  const { invocationId, deliveryStreamArn, sourceKinesisStreamArn, region, records } = raw as Partial<FirehoseEvent>;
  return (
    typeof invocationId === 'string' &&
    typeof deliveryStreamArn === 'string' &&
    (sourceKinesisStreamArn === undefined || typeof sourceKinesisStreamArn === 'string') &&
    typeof region === 'string' &&
    Array.isArray(records) &&
    records.every(isFirehoseRecord)
  );
}

function isFirehoseRecord(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null) return false;
  const { recordId, approximateArrivalTimestamp, data, kinesisRecordMetadata } = raw as Partial<FirehoseRecord>;
  return (
    typeof recordId === 'string' &&
    recordId !== '' &&
    Number.isFinite(approximateArrivalTimestamp) &&
    typeof data === 'string' &&
    (kinesisRecordMetadata === undefined || isKinesisMetadata(kinesisRecordMetadata))
  );
}

function isKinesisMetadata(metadata: NonNullable<FirehoseRecord['kinesisRecordMetadata']>): boolean {
  const { shardId, partitionKey, approximateArrivalTimestamp, sequenceNumber, subsequenceNumber } = metadata;
  return (
    typeof shardId === 'string' &&
    typeof partitionKey === 'string' &&
    Number.isFinite(approximateArrivalTimestamp) &&
    typeof sequenceNumber === 'string' &&
    (subsequenceNumber === undefined || typeof subsequenceNumber === 'string' || Number.isFinite(subsequenceNumber))
  );
}
