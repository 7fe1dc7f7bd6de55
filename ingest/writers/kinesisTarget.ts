import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { judgeAwsError } from './judgeAwsError.js';
import type { StreamTarget } from './StreamTarget.js';

/** Limits of PutRecords (AWS service model, 2026): data and partition key count together. */
const MAX_RECORDS = 500;
const MAX_CALL_BYTES = 10 * 1024 * 1024;

/**
 * A Kinesis data stream as a target. Give the client `maxAttempts: 1`: the writer retries, and two retries stacked on
 * each other multiply a throttle.
 *
 * @param maxRecordBytes the stream's MaxRecordSizeInKiB in bytes; 1 MiB unless the stream was changed
 */
export function kinesisTarget(
  client: Pick<KinesisClient, 'send'>,
  stream: string,
  maxRecordBytes = 1024 * 1024,
): StreamTarget {
  return {
    maxRecords: MAX_RECORDS,
    maxCallBytes: MAX_CALL_BYTES,
    maxRecordBytes,
    sizeOf: (record) => record.data.byteLength + Buffer.byteLength(record.partitionKey),
    put: async (records) => {
      const Records = records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
      // Loaded when it is needed: most commands never write to a stream, and the SDK takes long to load.
      const { PutRecordsCommand } = await import('@aws-sdk/client-kinesis');
      try {
        const answer = await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
        // An entry the answer says nothing about was not confirmed; sending it again is a duplicate at worst.
        return records.map((_, place) => {
          const entry = answer.Records?.[place];
          return entry === undefined ? 'MissingResult' : entry.ErrorCode;
        });
      } catch (error) {
        const code = judgeAwsError(error, `the Kinesis data stream ${stream}`);
        return records.map(() => code);
      }
    },
  };
}
