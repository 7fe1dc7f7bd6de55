import type { FirehoseClient } from '@aws-sdk/client-firehose';
import { judgeAwsError } from './judgeAwsError.js';
import type { StreamTarget } from './StreamTarget.js';

/** Limits of PutRecordBatch (AWS service model, 2026), before Base64. */
const MAX_RECORDS = 500;
const MAX_CALL_BYTES = 4 * 1024 * 1024;
const MAX_RECORD_BYTES = 1_024_000;

/**
 * A Firehose stream that takes direct puts as a target, with the same contract as {@link kinesisTarget}. Firehose ignores
 * partition keys. Give the client `maxAttempts: 1`.
 */
export function firehoseTarget(client: Pick<FirehoseClient, 'send'>, stream: string): StreamTarget {
  return {
    maxRecords: MAX_RECORDS,
    maxCallBytes: MAX_CALL_BYTES,
    maxRecordBytes: MAX_RECORD_BYTES,
    sizeOf: (record) => record.data.byteLength,
    put: async (records) => {
      const Records = records.map(({ data }) => ({ Data: data }));
      const { PutRecordBatchCommand } = await import('@aws-sdk/client-firehose');
      try {
        const answer = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records }));
        return records.map((_, place) => {
          const entry = answer.RequestResponses?.[place];
          return entry === undefined ? 'MissingResult' : entry.ErrorCode;
        });
      } catch (error) {
        const code = judgeAwsError(error, `the Firehose stream ${stream}`);
        return records.map(() => code);
      }
    },
  };
}
