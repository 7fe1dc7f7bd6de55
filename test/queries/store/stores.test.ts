import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { localStore } from '../../../queries/store/localStore.js';
import { s3Store } from '../../../queries/store/s3Store.js';
import { type FakeS3, startFakeS3 } from './fakeS3.js';
import { storeContract } from './storeContract.js';

const root = mkdtempSync(join(tmpdir(), 'store-'));
let s3: FakeS3;
beforeAll(async () => {
  s3 = await startFakeS3();
});
afterAll(async () => {
  await s3.stop();
  rmSync(root, { recursive: true, force: true });
});

const sleep = async (): Promise<void> => undefined;
const bucket = (prefix: string) => s3Store({ client: s3.client(), bucket: 'lake', prefix, sleep });

storeContract('a folder', (place) => localStore(join(root, place)));
// Fewer numbers: the proof is the one against a real server, in test/cloud.
storeContract('a bucket', bucket, 20);

describe('a folder', () => {
  it('leaves nothing but what was written', async () => {
    const store = localStore(join(root, 'clean'));
    await store.create('log/1.json', 'a');
    await store.create('log/1.json', 'b');
    const first = await store.writeCell('lease.json', 'a', undefined);
    await store.writeCell('lease.json', 'b', first);
    expect(readdirSync(join(root, 'clean'), { recursive: true }).sort()).toEqual([
      'lease.json.0000000002',
      'log',
      'log/1.json',
    ]);
  });

  it('does not go back to a version that was replaced and removed', async () => {
    const store = localStore(join(root, 'old'));
    const first = await store.writeCell('lease.json', 'a', undefined);
    const second = await store.writeCell('lease.json', 'b', first);
    const third = await store.writeCell('lease.json', 'c', second);
    // Version 2 is gone from the folder, so that its name is free again.
    expect(await store.writeCell('lease.json', 'late', first)).toBeUndefined();
    expect(await store.readCell('lease.json')).toEqual(third);
  });
});

describe('a bucket', () => {
  afterEach(() => expect(s3.keys().filter((key) => key.startsWith('/'))).toEqual([]));

  it('is asked again when another write of the same key is under way', async () => {
    s3.refuse(409, 409);
    expect(await bucket('conflict').create('1.json', 'a')).toBe(true);
    s3.refuse(...Array.from({ length: 20 }, () => 409));
    await expect(bucket('conflict').create('2.json', 'a')).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });

  it('knows its own write again when the answer to it was lost', async () => {
    const store = bucket('lost');
    s3.loseAnswer();
    expect(await store.create('1.json', 'a')).toBe(true);
    s3.loseAnswer();
    const first = await store.writeCell('lease.json', 'a', undefined);
    expect(first).toEqual(await store.readCell('lease.json'));
    s3.loseAnswer();
    expect((await store.writeCell('lease.json', 'b', first))?.text).toBe('b');
    // The same bytes of another writer are another's.
    expect(await store.create('1.json', 'a')).toBe(false);
  });

  it('is listed over many pages', async () => {
    const paged = await startFakeS3(3);
    const store = s3Store({ client: paged.client(), bucket: 'lake', prefix: '' });
    for (let number = 10; number < 21; number++) await store.create(`log/${number}`, 'x');
    expect(await store.list('log')).toHaveLength(11);
    expect(paged.pages()).toBe(4);
    await paged.stop();
  });

  it('says who refused, and that a bucket is not there', async () => {
    s3.refuse(403);
    await expect(bucket('denied').create('1.json', 'a')).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      details: { where: 's3://lake/denied/1.json' },
    });
    const nowhere = s3Store({ client: s3.client(), bucket: 'nowhere', prefix: '' });
    await expect(nowhere.read('1.json')).rejects.toMatchObject({ code: 'LAKE_NOT_FOUND' });
    await expect(nowhere.list('log')).rejects.toMatchObject({ code: 'LAKE_NOT_FOUND' });
  });
});
