import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { seaweedClient } from './startSeaweed.js';

const seaweed = inject('seaweed');

describe.skipIf('missing' in seaweed)('a conditional creation on a real S3 server', () => {
  const client = new S3Client('missing' in seaweed ? {} : seaweedClient(seaweed));
  const Bucket = 'conditional-write';
  const create = (Key: string, Body: string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' }));
  const read = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? '';

  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(() => client.destroy());

  it('is refused when the object is there, and leaves it as it is', async () => {
    await create('ledger/manifests/0000000001.json', 'first');
    await expect(create('ledger/manifests/0000000001.json', 'second')).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await read('ledger/manifests/0000000001.json')).toBe('first');
    await create('ledger/manifests/0000000002.json', 'second');
    expect(await read('ledger/manifests/0000000002.json')).toBe('second');
  });

  it('has one winner among many at once, whose bytes stay', async () => {
    for (let number = 10; number < 15; number++) {
      const key = `ledger/manifests/${String(number).padStart(10, '0')}.json`;
      const writers = Array.from({ length: 4 }, (_, writer) => `writer ${writer} of ${number}`);
      const ended = await Promise.allSettled(writers.map((body) => create(key, body)));
      const won = writers.filter((_, index) => ended[index]?.status === 'fulfilled');
      expect(won, key).toHaveLength(1);
      expect(await read(key)).toBe(won[0]);
      for (const end of ended) {
        if (end.status === 'rejected') expect(end.reason).toMatchObject({ $metadata: { httpStatusCode: 412 } });
      }
    }
  });
});
