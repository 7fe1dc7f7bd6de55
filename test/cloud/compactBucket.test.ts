import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { LAKE, logEntrySchema, type UtcDay } from '../../model/index.js';
import { compactFiles, s3Files, verifyCompactions } from '../../queries/index.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from '../e2e/tenantscope.js';
import { allLines, allSums, book, deliver, filesIn, limits } from '../queries/maintenance/lakes.js';
import { seaweedClient } from './startSeaweed.js';

const seaweed = inject('seaweed');
const Bucket = 'compact';
const DAY_MS = 86_400_000;

describe.skipIf('missing' in seaweed)('lake compact of a lake in a bucket', () => {
  const client = new S3Client('missing' in seaweed ? {} : seaweedClient(seaweed));
  const folder = temporaryFolder();
  const base = join(folder.path, 'base');
  const env =
    'missing' in seaweed
      ? {}
      : {
          AWS_ENDPOINT_URL_S3: seaweed.endpoint,
          AWS_REGION: seaweed.region,
          AWS_ACCESS_KEY_ID: seaweed.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: seaweed.credentials.secretAccessKey,
        };
  beforeAll(async () => {
    if ('missing' in seaweed) return;
    await client.send(new CreateBucketCommand({ Bucket }));
    for (const hour of ['10', '11', '12']) {
      const time = `2026-11-22T${hour}:00:00Z`;
      await deliver(base, time, [
        { tenant: 'acme', offset: Number(hour), time },
        { tenant: 'globex', offset: Number(hour), time },
        { tenant: 'acme', offset: 1, time: '2026-11-22T09:00:00Z' },
      ]);
      await book(base, time);
    }
  });
  afterAll(() => {
    client.destroy();
    folder.remove();
  });

  const put = async (Key: string, Body: string | Buffer): Promise<string> =>
    (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).ETag?.replaceAll('"', '') ?? '';
  const keys = async (prefix: string): Promise<readonly string[]> => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
    return Contents.map(({ Key = '' }) => Key);
  };
  /** Puts the lake where Firehose would have: nobody has hashed its objects, their entity tags are booked. */
  const upload = async (prefix: string): Promise<void> => {
    const tags = new Map<string, string>();
    for (const path of filesIn(base, LAKE.events))
      tags.set(path, await put(prefix + path, readFileSync(join(base, path))));
    for (const path of filesIn(base, LAKE.manifests)) {
      const entry = logEntrySchema.parse(JSON.parse(readFileSync(join(base, path), 'utf8')));
      if (entry.kind !== 'booking') throw new Error('another entry');
      const objects = entry.objects.map(({ sha256: _, ...object }) => ({ ...object, etag: tags.get(object.object) }));
      await put(prefix + path, JSON.stringify({ ...entry, objects }));
    }
  };
  let copies = 0;
  /** The lake as it is in the bucket, in a folder, with the ledger that was built before. */
  const download = async (prefix: string): Promise<string> => {
    const lake = join(folder.path, `copy-${copies++}`);
    cpSync(base, lake, { recursive: true });
    for (const path of [LAKE.events, LAKE.manifests, LAKE.checkpoints]) rmSync(join(lake, path), { recursive: true });
    for (const key of await keys(prefix)) {
      const to = join(lake, key.slice(prefix.length));
      mkdirSync(dirname(to), { recursive: true });
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
      writeFileSync(to, (await Body?.transformToByteArray()) ?? '');
    }
    return lake;
  };
  const expectSame = async (prefix: string, compared: number): Promise<void> => {
    const lake = await download(prefix);
    expect(await allLines(lake)).toEqual(await allLines(base));
    expect(await allSums(lake)).toEqual(await allSums(base));
    const verified = await verifyCompactions({ ...limits, lake });
    expect([verified.differing, verified.compared + verified.hashed]).toEqual([[], compared]);
  };
  const compact = (prefix: string, over: Partial<Parameters<typeof compactFiles>[1]> = {}) =>
    compactFiles(s3Files({ client, bucket: Bucket, prefix, scratch: join(folder.path, 'scratch') }), {
      ...limits,
      clock: Date.now,
      before: '2026-11-24' as UtcDay,
      targetBytes: 128 * 1024 * 1024,
      wholeDates: false,
      graceMs: DAY_MS,
      dryRun: false,
      ...over,
    });

  it('rewrites its small objects, as a command, and removes them a day later; alone, and not where nothing was booked', async () => {
    await upload('one/');
    const flags = ['lake', 'compact', '--lake', `s3://${Bucket}/one`, '--before', '2026-11-24', '--json'];
    const dry = JSON.parse(await tenantscopeOk([...flags, '--dry-run'], { env }));
    expect([dry.partitions, (await keys('one/events_compacted/')).length]).toEqual([2, 0]);
    await put(
      'one/ledger/maintenance.json',
      JSON.stringify({ version: 1, owner: 'another', expires: Date.now() + DAY_MS }),
    );
    expect(await tenantscope(flags, { env })).toMatchObject({ code: 75, stderr: expect.stringContaining('another') });
    await put('one/ledger/maintenance.json', JSON.stringify({ version: 1, owner: 'another', expires: 0 }));
    const summary = JSON.parse(await tenantscopeOk(flags, { env }));
    expect(summary).toMatchObject({ partitions: 2, before: { files: 6 }, after: { files: 2 }, cut: '2026-11-24' });
    expect((await keys('one/events/')).length).toBe(6);
    await expectSame('one/', 2);
    expect(await compact('one', { clock: () => Date.now() + 2 * DAY_MS })).toMatchObject({
      partitions: 0,
      removed: { files: 6 },
    });
    expect(await keys('one/events/')).toEqual([]);
    await expectSame('one/', 2);
    expect(await tenantscope([...flags.slice(0, 3), `s3://${Bucket}/none`], { env })).toMatchObject({ code: 66 });
  });

  it('reads the old objects on when it is interrupted, and is made anew by the next run', async () => {
    await upload('two/');
    for (const point of ['written', 'claimed'] as const) {
      const fault = (at: string): void => {
        if (at === point) throw new Error(`crash when ${point}`);
      };
      await expect(compact('two', { fault })).rejects.toThrow(`crash when ${point}`);
      await expectSame('two/', 0);
    }
    expect(await compact('two')).toMatchObject({ partitions: 2 });
    await expectSame('two/', 2);
  });

  it('names an object that is not what was booked, and compacts the others', async () => {
    await upload('three/');
    const [object = ''] = (await keys('three/events/tenant_id=acme/')).slice(-1);
    const [other = ''] = await keys('three/events/tenant_id=globex/');
    await put(
      object,
      Buffer.from(
        (await (await client.send(new GetObjectCommand({ Bucket, Key: other }))).Body?.transformToByteArray()) ?? [],
      ),
    );
    await expect(compact('three')).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      details: { where: 'tenant acme, day 2026-11-22' },
    });
    expect((await keys('three/events_compacted/')).map((key) => key.split('/')[2])).toEqual(['tenant_id=globex']);
  });
});
