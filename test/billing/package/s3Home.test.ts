import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  closePeriod,
  diffPackages,
  type ExportRequest,
  exportPeriod,
  isDiffFile,
  listPeriods,
  s3Home,
  verifyPackage,
  withFetchedPackage,
} from '../../../billing/index.js';
import { HOUR_MS } from '../../../model/index.js';
import { BucketFiles, type Engine } from '../../../queries/index.js';
import { startS3rver } from '../../emulators.js';
import { type FakeS3, startFakeS3 } from '../../queries/store/fakeS3.js';
import { cardOf, folderOf, ledgerOf, reads, requestOf, type Used } from '../billFixture.js';

const folder = folderOf('s3home');
const used: readonly Used[] = [
  ['acme', 'DynamoDB.read_units', '2026-11-02 10', 20],
  ['globex', 'DynamoDB.read_units', '2026-11-03 10', 5],
];
const dearer = { rateCards: [cardOf(reads('0.00002'))] };
const sleep = async (): Promise<void> => undefined;
let engine: Engine;
let s3: FakeS3;
let prefix = '';
let places = 0;
beforeAll(async () => {
  s3 = await startFakeS3(3);
  mkdirSync(folder.at('ledger'));
  engine = await ledgerOf(folder.at('ledger'), used, '2026-12-03 06:00');
});
afterAll(async () => {
  await engine.close();
  await s3.stop();
  folder.remove();
});
beforeEach(() => {
  prefix = `place-${places++}`;
});

const home = (clock: () => number = Date.now, streamFrom?: number) =>
  s3Home({
    client: s3.client(),
    bucket: 'lake',
    prefix,
    sleep,
    clock,
    ...(streamFrom !== undefined && { streamFrom }),
  });
const asked = (more: Partial<ExportRequest> = {}, clock?: () => number) =>
  exportPeriod(requestOf(engine, '', { home: home(clock), ...more }));
const at = (version: number) => `${prefix}/tenantscope/BILLING_PERIOD=2026-11/version=000${version}`;
const fetched = <T>(version: number, work: (path: string) => Promise<T>, wanted?: (name: string) => boolean) =>
  withFetchedPackage({ client: s3.client(), bucket: 'lake', prefix: at(version), sleep }, work, wanted);
const latest = () => JSON.parse(String(s3.bytes(`${prefix}/tenantscope/BILLING_PERIOD=2026-11/LATEST.json`)));
const verified = (version: number) => fetched(version, (path) => verifyPackage(path, undefined));
const filesOf = (version: number) => s3.keys().filter((key) => key.startsWith(`${at(version)}/`));

describe('exports in a bucket', () => {
  it('are the bytes that a folder gets, the manifest after the files and LATEST.json at the end', async () => {
    const before = s3.asked().length;
    const written = await asked();
    expect(written).toMatchObject({ isNew: true, version: 1, folder: `s3://lake/${at(1)}` });
    const puts = s3
      .asked()
      .slice(before)
      .filter((line) => line.startsWith('PUT '))
      .map((line) => line.slice(line.lastIndexOf('/') + 1));
    expect(puts[0]).toBe('SHA256SUMS');
    expect(puts.slice(-3)).toEqual(['manifest.json.sha256', 'manifest.json', 'LATEST.json']);
    const local = await exportPeriod(requestOf(engine, folder.at('local')));
    const names = readdirSync(local.folder).sort();
    expect(filesOf(1)).toEqual(names.map((name) => `${at(1)}/${name}`));
    for (const name of names) expect(s3.bytes(`${at(1)}/${name}`)).toEqual(readFileSync(join(local.folder, name)));
    expect((await verified(1)).checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(latest()).toEqual({ version: 1, manifest_sha256: written.sha256 });
  });

  it('are not written again while nothing changes, and get a version where something does', async () => {
    await asked();
    const [puts, bytes] = [s3.asked().length, filesOf(1).map((key) => s3.bytes(key))];
    expect(await asked()).toMatchObject({ isNew: false, version: 1 });
    expect(
      s3
        .asked()
        .slice(puts)
        .filter((line) => line.startsWith('PUT ')),
    ).toEqual([]);
    const second = await asked(dearer);
    expect(second).toMatchObject({
      version: 2,
      manifest: { supersedes: { version: 1 }, previous_version_diff: { changed: 3 } },
    });
    expect(filesOf(1).map((key) => s3.bytes(key))).toEqual(bytes);
    expect(latest().version).toBe(2);
    expect((await verified(2)).checks).toContainEqual({ check: 'versions', outcome: 'ok', detail: 'supersedes 1' });
    const difference = await fetched(1, (a) => fetched(2, (b) => diffPackages(a, b), isDiffFile), isDiffFile);
    expect(difference.causes.rate).toBe('0.000125');
  });

  it('are finished by the same content where they were cut short, and invisible until then', async () => {
    s3.refuse(200, 200, 200, 403);
    await expect(asked()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(filesOf(1)).toHaveLength(3);
    await expect(verified(1)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    expect(await asked()).toMatchObject({ isNew: true, version: 1 });
    expect((await verified(1)).ok).toBe(true);
  });

  it('keep other content off a number that is begun, and pass it over an hour later', async () => {
    s3.refuse(200, 200, 403);
    await expect(asked()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const begun = filesOf(1);
    await expect(asked(dearer)).rejects.toMatchObject({ code: 'LAKE_BUSY' });
    expect(filesOf(1)).toEqual(begun);
    const later = () => Date.now() + HOUR_MS;
    expect(await asked(dearer, later)).toMatchObject({ isNew: true, version: 2, manifest: { supersedes: null } });
    expect(filesOf(1)).toEqual(begun);
    expect((await verified(2)).ok).toBe(true);
    expect(latest().version).toBe(2);
    expect(await asked({}, later)).toMatchObject({ version: 3, manifest: { supersedes: { version: 2 } } });
  });

  it('survive lost answers, conflicts and failures of S3', async () => {
    s3.refuse(503, 409, 500);
    s3.loseAnswer();
    expect(await asked()).toMatchObject({ isNew: true, version: 1 });
    expect((await verified(1)).ok).toBe(true);
    s3.refuse(...Array.from({ length: 15 }, () => 503));
    await expect(asked(dearer)).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect(latest().version).toBe(1);
  });

  it('survive them where files are streamed, too', async () => {
    s3.refuse(503, 200, 409);
    s3.loseAnswer();
    expect(await asked({ home: home(Date.now, 0) })).toMatchObject({ isNew: true, version: 1 });
    expect((await verified(1)).ok).toBe(true);
  });

  it('of two at once are one version for one content, and never a mixture for two', async () => {
    const same = await Promise.all([asked(), asked()]);
    expect(new Set(same.map(({ sha256 }) => sha256)).size).toBe(1);
    expect((await verified(1)).ok).toBe(true);
    const two = await Promise.allSettled([asked(dearer), asked({ rateCards: [cardOf(reads('0.00003'))] })]);
    for (const result of two) if (result.status === 'rejected') expect(result.reason.code).toBe('LAKE_BUSY');
    const written = two.flatMap((result) => (result.status === 'fulfilled' ? [result.value.version] : []));
    expect(written.length).toBeGreaterThan(0);
    for (const version of written) expect((await verified(version)).ok).toBe(true);
    expect(latest().version).toBe(Math.max(...written));
  });

  it('are closed by one of two at once', async () => {
    const request = {
      ...requestOf(engine, '', { home: home() }),
      ...{ clock: () => Date.parse('2026-12-03T06:30:00Z'), sealed: ['2026-12-01'] },
      ...{ acceptIncomplete: undefined, leaveLate: false },
    };
    const results = await Promise.allSettled(['anna', 'berta'].map((name) => closePeriod(request, name)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [lost] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(['LAKE_BUSY', 'PERMISSION_DENIED']).toContain(lost.code);
    expect(lost.message).toMatch(/by (anna|berta)/);
    expect(await listPeriods(home(), 'tenantscope')).toMatchObject([
      { period: '2026-11', state: 'closed', closed: { version: 1 } },
    ]);
    expect((await verified(1)).ok).toBe(true);
  });
});

describe('a package of a bucket', () => {
  it('is written to and read from an S3 of other hands, which knows no conditions', async () => {
    const other = await startS3rver('exports');
    try {
      const place = { client: other.client(), bucket: 'exports', prefix: 'a b/', sleep };
      const written = await exportPeriod(
        requestOf(engine, '', { home: s3Home({ ...place, clock: Date.now, streamFrom: 1000 }) }),
      );
      const version = { ...place, prefix: 'a b/tenantscope/BILLING_PERIOD=2026-11/version=0001/' };
      const checked = await withFetchedPackage(version, (path) => verifyPackage(path, undefined));
      expect([checked.ok, checked.export_id]).toEqual([true, written.manifest.export_id]);
    } finally {
      await other.stop();
    }
  });

  it('fails for a flipped byte, a missing file and one too many, and says which', async () => {
    await asked();
    const key = `${at(1)}/invoice_summary.csv`;
    const right = s3.bytes(key) ?? Buffer.of();
    const wrong = Buffer.from(right);
    wrong[0] = (wrong[0] ?? 0) ^ 1;
    s3.bytes(key, wrong);
    expect((await verified(1)).checks).toContainEqual(
      expect.objectContaining({
        check: 'files',
        outcome: 'failed',
        detail: expect.stringContaining('invoice_summary'),
      }),
    );
    s3.bytes(key, right);
    s3.put(`${at(1)}/more.txt`, Buffer.from('x'));
    expect((await verified(1)).checks).toContainEqual(
      expect.objectContaining({ check: 'files', outcome: 'failed', detail: 'more.txt is in no list' }),
    );
  });

  it('is refused with names that are no files of one, and without a manifest', async () => {
    await asked();
    s3.put(`${at(1)}/sub/more.txt`, Buffer.from('x'));
    await expect(verified(1)).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { got: '"sub/more.txt"' } });
    await expect(verified(7)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    s3.bytes(`${at(1)}/SHA256SUMS`, Buffer.of());
    const files = new BucketFiles({ client: s3.client(), bucket: 'lake', prefix: at(1), sleep });
    const blocked = files.download('SHA256SUMS', folder.at('no/such/folder'));
    await expect(blocked).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    await files.download('SHA256SUMS', folder.at('empty'));
    expect(readFileSync(folder.at('empty'))).toEqual(Buffer.of());
    const nowhere = { client: s3.client(), bucket: 'other', prefix: at(1), sleep };
    const reading = withFetchedPackage(nowhere, async () => undefined);
    await expect(reading).rejects.toMatchObject({ code: 'LAKE_NOT_FOUND' });
  });
});
