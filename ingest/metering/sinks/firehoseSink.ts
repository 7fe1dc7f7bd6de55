import { type StreamSink, type StreamSinkOptions, streamSink } from './StreamSink.js';

/** A Firehose sink's options: the aggregated `Firehose` client of @aws-sdk/client-firehose, and the platform's own stream. */
export interface FirehoseSinkOptions extends StreamSinkOptions {
  readonly client: {
    putRecordBatch(input: {
      DeliveryStreamName: string;
      Records: { Data: Uint8Array }[];
    }): Promise<{ readonly RequestResponses?: readonly { readonly ErrorCode?: string | undefined }[] | undefined }>;
  };
  readonly deliveryStreamName: string;
}

/**
 * Lines straight to the platform's direct-put Firehose stream: only for services that run in a registered shared
 * namespace. Throws a TypeError when the pod's identity is not known.
 */
export function firehoseSink(options: FirehoseSinkOptions): StreamSink {
  const { client, deliveryStreamName } = options;
  return streamSink(async (records) => {
    const { RequestResponses = [] } = await client.putRecordBatch({
      DeliveryStreamName: deliveryStreamName,
      Records: records.map((Data) => ({ Data })),
    });
    return RequestResponses.map(({ ErrorCode }) => ErrorCode === undefined);
  }, options);
}
