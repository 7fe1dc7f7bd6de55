import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readObjectEvent } from '../../../queries/lake/objectEvents/readObjectEvent.js';
import { eventOf } from './fakeEvents.js';

describe('readObjectEvent', () => {
  it('reads what S3 writes, with more fields than it needs', () => {
    const body = JSON.stringify({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'eu-central-1',
          eventTime: '2026-11-27T10:05:00.000Z',
          eventName: 'ObjectCreated:CompleteMultipartUpload',
          userIdentity: { principalId: 'AWS:AROA:AWSFirehoseToS3' },
          requestParameters: { sourceIPAddress: '10.0.0.1' },
          responseElements: { 'x-amz-request-id': 'A', 'x-amz-id-2': 'B' },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'c',
            bucket: { name: 'lake', ownerIdentity: { principalId: 'A3' }, arn: 'arn:aws:s3:::lake' },
            object: {
              key: 'events/tenant_id%3Dacme/dt%3D2026-11-27/a+b%2Bc%C3%A9.parquet',
              size: 1024,
              eTag: 'd41d8cd98f00b204e9800998ecf8427e',
              versionId: 'v',
              sequencer: '0055AED6DCD90281E5',
            },
          },
        },
      ],
    });
    expect(readObjectEvent(body)).toEqual({
      created: [{ bucket: 'lake', key: 'events/tenant_id=acme/dt=2026-11-27/a b+cé.parquet' }],
    });
  });

  it('reads any key as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (key) => {
        expect(readObjectEvent(eventOf(key))).toEqual({ created: [{ bucket: 'lake', key }] });
      }),
    );
  });

  it('finds nothing to book in the test of the queue, and in what is no creation', () => {
    const test = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-11-27T10:00:00.000Z', Bucket: 'lake' };
    expect(readObjectEvent(JSON.stringify({ ...test, RequestId: 'r', HostId: 'h' }))).toEqual({ created: [] });
    expect(readObjectEvent(eventOf('events/a', { name: 'ObjectRemoved:DeleteMarkerCreated' }))).toEqual({
      created: [],
    });
    expect(readObjectEvent('{"Records":[]}')).toEqual({ created: [] });
  });

  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['another service’s', eventOf('events/a', { source: 'aws:sns' })],
    ['a record without a key', '{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}]}'],
    ['a key that is not encoded', eventOf('events/a').replace('events/a', 'events/%E0%A4')],
    ['a notification of SNS', JSON.stringify({ Type: 'Notification', Message: eventOf('events/a') })],
  ])('does not understand %s', (_, body) => {
    expect(readObjectEvent(body)).toBeUndefined();
  });
});
