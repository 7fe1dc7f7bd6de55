import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3EventObjects } from '../../../queries/lake/s3EventObjects.js';
import { s3Store } from '../../../queries/store/s3Store.js';
import { bookedSet } from '../bookedSet.js';
import { type FakeS3, startFakeS3 } from '../store/fakeS3.js';

let s3: FakeS3;
beforeAll(async () => {
  s3 = await startFakeS3(2);
});
afterAll(() => s3.stop());

it('finds recent days every time and everything once a day, with entity tags, and says what is in no partition', async () => {
  const place = { client: s3.client(), bucket: 'lake', prefix: 'cell-1' };
  const store = s3Store(place);
  const put = (path: string) => store.create(`events/${path}`, path);
  for (const tenant of ['acme', 'globex', '_shared']) {
    for (const day of ['2026-11-01', '2026-11-24', '2026-11-25', '2026-11-26'])
      await put(`tenant_id=${tenant}/dt=${day}/a.parquet`);
  }
  await put('tenant_id=acme/dt=2026-11-26/2026/11/26/08/nested.parquet');
  await put('tenant_id=acme/dt=2026-11-26/_temporary');
  await put('stray.parquet');
  let now = Date.UTC(2026, 10, 26, 12);
  const source = s3EventObjects({ ...place, store, clock: () => now });
  const first = await source.list(bookedSet());
  expect(first.objects).toHaveLength(13);
  expect(first.strays).toEqual(['events/stray.parquet']);
  expect(first.objects[0]).toEqual({
    path: 'events/tenant_id=_shared/dt=2026-11-01/a.parquet',
    emitter: '_shared',
    dt: '2026-11-01',
    etag: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  // Not all booked yet: a run that was interrupted lists everything again.
  expect((await source.list(bookedSet())).objects).toHaveLength(13);
  await source.booked();
  const recent = await source.list(bookedSet());
  expect(recent.objects.map(({ path }) => path)).toEqual([
    'events/tenant_id=_shared/dt=2026-11-25/a.parquet',
    'events/tenant_id=_shared/dt=2026-11-26/a.parquet',
    'events/tenant_id=acme/dt=2026-11-25/a.parquet',
    'events/tenant_id=acme/dt=2026-11-26/2026/11/26/08/nested.parquet',
    'events/tenant_id=acme/dt=2026-11-26/a.parquet',
    'events/tenant_id=globex/dt=2026-11-25/a.parquet',
    'events/tenant_id=globex/dt=2026-11-26/a.parquet',
  ]);
  await source.booked();
  now += 24 * 3_600_000;
  expect((await source.list(bookedSet())).objects).toHaveLength(13);
});
