import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type BucketObject,
  bucketEvents,
  eventObjectAt,
  foundAmong,
  type ListedPart,
} from '../../../queries/lake/bucketEvents.js';
import { type FakeS3, startFakeS3 } from '../store/fakeS3.js';

const PATH = 'events/tenant_id=acme/dt=2026-11-27/told late+again.parquet';
let s3: FakeS3;
beforeAll(async () => {
  s3 = await startFakeS3();
});
afterAll(() => s3.stop());

/** The pages of a listing in parts, each listed twice: it is the same. */
async function* pagesOf(parts: AsyncIterable<ListedPart>): AsyncGenerator<readonly BucketObject[]> {
  for await (const part of parts) {
    const [once, again] = [await all(part()), await all(part())];
    expect(again).toEqual(once);
    yield once;
  }
}

async function all(pages: AsyncIterable<readonly BucketObject[]>): Promise<readonly BucketObject[]> {
  const objects: BucketObject[] = [];
  for await (const page of pages) objects.push(...page);
  return objects;
}

it('looks at one object, whatever its name, and says when it is not there', async () => {
  const events = bucketEvents({ client: s3.client(), bucket: 'lake', prefix: 'cell-1' });
  s3.put(`cell-1/${PATH}`, Buffer.from('lines'));
  expect([events.bucket, events.root]).toEqual(['lake', 'cell-1/']);
  expect(await events.look(`cell-1/${PATH}`)).toMatchObject({ key: `cell-1/${PATH}`, etag: 'put' });
  expect(await events.look(`cell-1/${PATH}x`)).toBeUndefined();
  expect(await all(pagesOf(events.everything()))).toEqual([
    expect.objectContaining({ key: `cell-1/${PATH}`, size: 5, etag: 'put', at: undefined }),
  ]);
  expect(await all(events.recent('2026-11-27'))).toHaveLength(1);
  expect(await all(events.recent('2026-11-28'))).toHaveLength(1);
  expect(await all(events.recent('2026-11-29'))).toEqual([]);
});

it('finds everything, whatever folder it is in', async () => {
  const own = await startFakeS3(2);
  try {
    const paths = [
      ...['a', 'b', 'c'].map((name) => `events/tenant_id=acme/dt=2026-01-0${name.length}/${name}.parquet`),
      ...['events/other/a.parquet', 'events/stray.parquet', 'events/tenant_id=globex/dt=2026-11-27/a.parquet'],
    ];
    for (const path of [...paths, 'events_compacted/a.parquet', 'ledger/listed.json']) own.put(path, Buffer.from('x'));
    const events = bucketEvents({ client: own.client(), bucket: 'lake', prefix: '' });
    expect((await all(pagesOf(events.everything()))).map(({ key }) => key).sort()).toEqual(paths.toSorted());
  } finally {
    await own.stop();
  }
});

it('says of a bucket that is not there that it is not', async () => {
  const events = bucketEvents({ client: s3.client(), bucket: 'none', prefix: '' });
  await expect(all(pagesOf(events.everything()))).rejects.toMatchObject({ code: 'LAKE_NOT_FOUND' });
});

it.each([
  [PATH, { path: PATH, emitter: 'acme', dt: '2026-11-27' }],
  [
    'events/tenant_id=_shared/dt=2026-11-27/2026/11/27/08/nested.parquet',
    {
      path: 'events/tenant_id=_shared/dt=2026-11-27/2026/11/27/08/nested.parquet',
      emitter: '_shared',
      dt: '2026-11-27',
    },
  ],
  ['events/tenant_id=acme/dt=2026-11-27/_temporary', undefined],
  ['events/tenant_id=acme/dt=2026-11-27/.hidden', undefined],
  ['events/tenant_id=acme/dt=today/a.parquet', 'stray'],
  ['events/a.parquet', 'stray'],
])('takes %s for %j', (path, wanted) => {
  expect(eventObjectAt(path)).toEqual(wanted);
});

it('passes over empty objects of a listing', () => {
  const key = `cell-1/${PATH}`;
  expect(foundAmong('cell-1/', [{ key, size: 0, etag: 'e', at: 0 }])).toEqual({ objects: [], strays: [] });
});
