import type { FirehoseClient } from '@aws-sdk/client-firehose';
import { AppError } from '../../../model/index.js';
import { judgeAwsError } from '../../writers/judgeAwsError.js';

/**
 * The Kinesis data stream a delivery stream reads, as AWS says: what tenants wrote goes back to their stream, and only what came
 * by the platform's to the platform's. Throws ENGINE_UNAVAILABLE for one that is gone or takes direct puts, PERMISSION_DENIED.
 */
export async function deliverySource(client: Pick<FirehoseClient, 'send'>, delivery: string): Promise<string> {
  const { DescribeDeliveryStreamCommand } = await import('@aws-sdk/client-firehose');
  const answer = await client
    .send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: delivery }))
    .catch((error: unknown) => {
      const code = judgeAwsError(error, `the Firehose stream ${delivery}`);
      throw new AppError('ENGINE_UNAVAILABLE', 'Firehose does not answer', { got: code, cause: error });
    });
  const arn = answer.DeliveryStreamDescription?.Source?.KinesisStreamSourceDescription?.KinesisStreamARN;
  const stream = arn?.split(':stream/')[1];
  if (stream !== undefined) return stream;
  throw new AppError('ENGINE_UNAVAILABLE', `the Firehose stream ${delivery} reads no Kinesis data stream`, {
    expected: 'a delivery stream of a cell',
    got: arn ?? 'a stream of direct puts',
    hint: 'replay goes by the stream that a cell’s delivery reads',
  });
}
