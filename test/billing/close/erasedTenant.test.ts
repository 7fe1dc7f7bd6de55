import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CloseRequest, closePeriod, localHome, s3Home } from '../../../billing/index.js';
import {
  BucketFiles,
  bucketExports,
  type Engine,
  type ExportFolder,
  localExports,
  openMemory,
  TenantNames,
} from '../../../queries/index.js';
import { keptExports } from '../../../queries/maintenance/erasure/keptExports.js';
import { type FakeS3, startFakeS3 } from '../../queries/store/fakeS3.js';
import { folderOf, ledgerOf, requestOf } from '../billFixture.js';

const folder = folderOf('erased');
let engine: Engine;
let s3: FakeS3;
beforeAll(async () => {
  s3 = await startFakeS3();
  mkdirSync(folder.at('ledger'));
  engine = await ledgerOf(
    folder.at('ledger'),
    [['acme', 'DynamoDB.read_units', '2026-11-02 10', 20]],
    '2026-12-03 06:00',
  );
});
afterAll(async () => {
  await engine.close();
  await s3.stop();
  folder.remove();
});

const request = (home: CloseRequest['home']): CloseRequest => ({
  ...requestOf(engine, '', { home }),
  ...{ clock: () => Date.parse('2026-12-03T06:30:00Z'), sealed: ['2026-12-01'] },
  ...{ acceptIncomplete: undefined, leaveLate: false },
});

async function keptOf(place: ExportFolder, id: string) {
  const duckdb = await openMemory();
  try {
    return await keptExports(duckdb.connection, [place], new TenantNames(id, [], [id]), 3653);
  } finally {
    await duckdb.close();
  }
}

// Who was closed with no usage stands in the log of periods alone.
it('a tenant that is erased is found in the log of closed periods, in a folder and in a bucket, with the period’s date', async () => {
  const home = folder.at('home');
  await closePeriod(request(localHome(home)), 'anna');
  const log = 'tenantscope/periods/0000000001.json';
  const globex = await keptOf(localExports(home), 'globex');
  expect(globex).toMatchObject([{ path: join(home, log), until: '2036-12-01' }]);
  const acme = await keptOf(localExports(home), 'acme');
  expect(acme.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      join(home, log),
      join(home, 'tenantscope/BILLING_PERIOD=2026-11/version=0001/cost_and_usage-00001.csv.gz'),
      join(home, 'tenantscope/BILLING_PERIOD=2026-11/version=0001/cost_and_usage-00001.parquet'),
    ]),
  );
  expect(new Set(acme.map(({ until }) => until))).toEqual(new Set(['2036-12-01']));

  const place = { client: s3.client(), bucket: 'lake', prefix: 'billing' };
  await closePeriod(request(s3Home({ ...place, clock: Date.now })), 'anna');
  const inBucket = (id: string) => keptOf(bucketExports(new BucketFiles(place)), id);
  expect(await inBucket('globex')).toMatchObject([
    { path: `s3://lake/billing/${log}`, until: '2036-12-01', sha256: globex[0]?.sha256 },
  ]);
  expect((await inBucket('acme')).map(({ sha256 }) => sha256)).toEqual(acme.map(({ sha256 }) => sha256));
  expect(readFileSync(join(home, log), 'utf8')).toBe(String(s3.bytes(`billing/${log}`)));
  const nowhere = bucketExports(new BucketFiles({ ...place, prefix: 'elsewhere' }));
  await expect(keptOf(nowhere, 'acme')).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
});
