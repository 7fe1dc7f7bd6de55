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
import {
  compactFiles,
  retainFiles,
  retainLake,
  s3Files,
  verifyCompactions,
  verifyLedger,
} from '../../queries/index.js';
import { jsonOf } from '../e2e/jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from '../e2e/tenantscope.js';
import { allLines, allSums, book, deliver, filesIn, limits, lock } from '../queries/maintenance/lakes.js';
import { seaweedClient } from './startSeaweed.js';

const seaweed = inject('seaweed');
const Bucket = 'compact';
const DAY_MS = 86_400_000;

describe.skipIf('missing' in seaweed)('a lake in a bucket', () => {
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
    await book(base, '2026-11-25T08:00:00Z');
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
      if (entry.kind !== 'booking') {
        await put(prefix + path, JSON.stringify(entry));
        continue;
      }
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

  it('is compacted by a command, and what that replaced goes a day later; alone, and not where nothing was booked', async () => {
    await upload('one/');
    const flags = ['lake', 'compact', '--lake', `s3://${Bucket}/one`, '--before', '2026-11-24', '--json'];
    const dry = jsonOf(await tenantscopeOk([...flags, '--dry-run'], { env }), { dryRun: true });
    expect([dry.partitions, (await keys('one/events_compacted/')).length]).toEqual([2, 0]);
    await put(
      'one/ledger/maintenance.json',
      JSON.stringify({ version: 1, owner: 'another', expires: Date.now() + DAY_MS }),
    );
    expect(await tenantscope(flags, { env })).toMatchObject({ code: 75, stderr: expect.stringContaining('another') });
    await put('one/ledger/maintenance.json', JSON.stringify({ version: 1, owner: 'another', expires: 0 }));
    const summary = jsonOf(await tenantscopeOk(flags, { env }));
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

  it('is read as it was when a compaction is interrupted, which the next run makes anew', async () => {
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

  it('has an object named that is not what was booked, and the others compacted', async () => {
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

  it('loses lines past their retention as one in a folder does, once the ledger has merged their dates', async () => {
    await upload('four/');
    const options = {
      ...limits,
      // A day after what a run that died has put there.
      clock: () => Math.max(Date.parse('2026-12-01T08:00:00Z'), Date.now() + 2 * DAY_MS),
      daysOf: (emitter: string) => (emitter === 'acme' ? 1 : undefined),
      errorsDays: 30,
      dryRun: false,
    };
    const retain = (over: Partial<Parameters<typeof retainFiles>[1]> = {}) =>
      retainFiles(s3Files({ client, bucket: Bucket, prefix: 'four', scratch: join(folder.path, 'scratch') }), {
        ...options,
        merged: async () => new Set(['2026-11-22']),
        ...over,
      });
    expect(await retain({ merged: async () => new Set() })).toMatchObject({
      partitions: [],
      waiting: [{ emitter: 'acme' }],
    });
    const crash = (point: string): void => {
      if (point === 'written') throw new Error('crash');
    };
    await expect(retain({ fault: crash })).rejects.toThrow('crash');
    const summary = await retain();
    const local = join(folder.path, 'retained');
    cpSync(base, local, { recursive: true });
    expect(await retainLake({ ...options, lake: local, lock })).toMatchObject({
      partitions: summary.partitions,
      removed: summary.removed,
    });
    expect(await keys('four/events/tenant_id=acme/')).toEqual([]);
    expect((await keys('four/ledger/ids/')).length).toBe(1);
    const lake = await download('four/');
    expect(await allLines(lake)).toEqual(await allLines(local));
    expect((await verifyLedger({ ...limits, lake })).kept.length).toBeGreaterThan(0);
    // A line that is gone comes again.
    await deliver(lake, '2026-12-02T08:00:00Z', [{ tenant: 'acme', offset: 1, time: '2026-11-22T09:00:00Z' }]);
    expect(await book(lake, '2026-12-02T08:00:00Z')).toMatchObject({ rows: 1, duplicates: 1 });
  });
});
