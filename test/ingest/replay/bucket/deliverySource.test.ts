import { DescribeDeliveryStreamCommand, FirehoseClient, ResourceNotFoundException } from '@aws-sdk/client-firehose';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { deliverySource } from '../../../../ingest/index.js';

const firehose = mockClient(FirehoseClient);
afterEach(() => firehose.reset());

const describing = (Source: object) =>
  firehose.on(DescribeDeliveryStreamCommand, { DeliveryStreamName: 'd' }).resolves({
    DeliveryStreamDescription: { Source } as never,
  });

describe('deliverySource', () => {
  it('is the stream that AWS says the delivery reads', async () => {
    const KinesisStreamARN = 'arn:aws-cn:kinesis:cn-north-1:111122223333:stream/tenantscope-default';
    describing({ KinesisStreamSourceDescription: { KinesisStreamARN } });
    expect(await deliverySource(new FirehoseClient({}), 'd')).toBe('tenantscope-default');
  });

  it('refuses one that takes direct puts, is gone, or may not be looked at', async () => {
    describing({ DirectPutSourceDescription: {} });
    await expect(deliverySource(new FirehoseClient({}), 'd')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    const details = { message: 'x', $metadata: {} };
    firehose.on(DescribeDeliveryStreamCommand).rejects(new ResourceNotFoundException(details));
    await expect(deliverySource(new FirehoseClient({}), 'd')).rejects.toThrow('the Firehose stream d does not exist');
    firehose
      .on(DescribeDeliveryStreamCommand)
      .rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    await expect(deliverySource(new FirehoseClient({}), 'd')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
