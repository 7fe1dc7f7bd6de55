import { setTimeout as sleep } from 'node:timers/promises';
import { CopyObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, it } from 'vitest';
import { LAKE, parseS3Url } from '../../model/index.js';
import type { DeployedApp } from './DeployedApp.js';
import { invokeJob } from './deployedLedger.js';

/** A date whose partition no run lists but that of everything. */
const OLD = 'dt=2026-02-03';

/**
 * What the deployed bucket tells its queue, and the deployed ledger job books of it. After all that compares figures: it puts an object
 * into the lake, with lines that are there already.
 */
export function itIsToldOfObjects({ output }: Pick<DeployedApp, 'output'>): void {
  const clients: { destroy(): void }[] = [];
  const opened = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  afterAll(() => {
    for (const client of clients) client.destroy();
  });
  it('books an object of an old date by its event, without a listing, and empties the queue', async () => {
    const [sqs, s3] = [opened(new SQSClient()), opened(new S3Client())];
    const waiting = async (): Promise<unknown> => {
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const QueueUrl = output('lake', 'ObjectEventsUrl');
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
      );
      return names.map((name) => Attributes[name]);
    };
    // All that was put before is booked, and recent days are listed.
    await invokeJob('ledger');
    expect(await waiting()).toEqual(['0', '0']);
    const { bucket: Bucket } = parseS3Url(output('lake', 'LakeUrl'));
    const keysIn = async (Prefix: string): Promise<readonly string[]> => {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
        keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
      }
      return keys.sort();
    };
    const [source = ''] = await keysIn(`${LAKE.events}/`);
    const Key = source.replace(/dt=[^/]+\/.*$/, `${OLD}/told late+again.parquet`);
    await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${encodeURIComponent(source)}` }));
    for (let asked = 0; asked < 60 && JSON.stringify(await waiting()) !== '["1","0"]'; asked += 1) await sleep(500);
    expect(await waiting()).toEqual(['1', '0']);
    const answer = await invokeJob('ledger');
    expect(answer).toMatchObject({
      bookings: 1,
      objects: 1,
      told: { messages: 1, removed: 1, toTheEnd: true, gone: 0 },
    });
    // What is listed is not what found it.
    expect(answer).not.toHaveProperty('told.listed');
    expect(await waiting()).toEqual(['0', '0']);
    const last = (await keysIn(`${LAKE.manifests}/`)).at(-1) ?? '';
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: last }));
    const manifest = JSON.parse((await Body?.transformToString()) ?? '') as { objects: unknown[] };
    expect(manifest.objects).toEqual([expect.objectContaining({ object: Key, dt: OLD.slice('dt='.length) })]);
    // Its lines were booked before: they are duplicates, and nobody pays twice.
    expect(answer).toMatchObject({ events: 0 });
    expect(await invokeJob('ledger')).toMatchObject({ bookings: 0, told: { messages: 0 } });
  }, 300_000);
}
