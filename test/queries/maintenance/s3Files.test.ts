import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retainFiles, s3Files } from '../../../queries/index.js';
import { temporaryFolder } from '../../e2e/tenantscope.js';
import { type FakeS3, startFakeS3 } from '../store/fakeS3.js';

const PARTITION = 'events/tenant_id=acme/dt=2026-11-22';
const OBJECT = `${PARTITION}/a.parquet`;

describe('the files of a lake in a bucket', () => {
  const folder = temporaryFolder();
  let s3: FakeS3;
  beforeAll(async () => {
    s3 = await startFakeS3();
    s3.put(`lake/${OBJECT}`, Buffer.from('lines'));
    s3.put(`lake/${PARTITION}/b/`, Buffer.from('no file of a disk'));
  });
  afterAll(async () => {
    await s3.stop();
    folder.remove();
  });
  const files = () =>
    s3Files({
      client: s3.client(),
      bucket: 'lake',
      prefix: 'lake',
      scratch: join(folder.path, 'scratch'),
      sleep: async () => 0,
    });

  it('are listed, brought here for as long as work lasts, and hashed', async () => {
    expect([...(await files().sizes('events'))]).toContainEqual([OBJECT, 5]);
    const known = [{ object: OBJECT, etag: 'put' }];
    const read = await files().withLocal(known, async (at) => readFileSync(join(at, OBJECT), 'utf8'));
    expect(read).toBe('lines');
    expect(await files().hash(OBJECT)).toBe(createHash('sha256').update('lines').digest('hex'));
    expect(readdirSync(join(folder.path, 'scratch'))).toEqual([]);
  });

  it('are damaged when one is gone, or is not what was booked', async () => {
    const bring = (object: string, etag: string) => files().withLocal([{ object, etag }], async () => undefined);
    await expect(bring(OBJECT, 'other')).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      summary: 'an object of the lake is not what was booked',
    });
    await expect(bring(`${PARTITION}/none.parquet`, 'put')).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      summary: 'an object of the lake is gone',
      details: { where: 'tenant acme, day 2026-11-22' },
    });
  });

  it('of identities nobody has claimed yet stay for a day: a run that lost its lease may be about to', async () => {
    const Key = 'lake/ledger/ids/run-0.parquet';
    await s3.client().send(new PutObjectCommand({ Bucket: 'lake', Key, Body: 'ids' }));
    const retain = (now: number) =>
      retainFiles(files(), {
        ...{ memoryMb: 256, threads: 1, errorsDays: 30, dryRun: false },
        clock: () => now,
        merged: async () => new Set(),
        daysOf: () => undefined,
      });
    const now = Date.now();
    await retain(now);
    expect(s3.keys()).toContain(Key);
    await retain(now + 2 * 86_400_000);
    expect(s3.keys()).not.toContain(Key);
  });

  it('that this machine cannot hold are the disk’s failure, not S3’s, and are asked for once', async () => {
    const before = s3.asked().length;
    await expect(files().withLocal([{ object: `${PARTITION}/b/` }], async () => undefined)).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      details: { hint: expect.stringContaining('TMPDIR') },
    });
    expect(s3.asked().length - before).toBe(1);
    expect(readdirSync(join(folder.path, 'scratch'))).toEqual([]);
  });
});
