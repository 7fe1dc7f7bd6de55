import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createWorkgroup, type Workgroup } from './athenaOnMiniStack.js';

const miniStack = inject('miniStack');
const LONG = 25_000;
const numbers = (count: number) =>
  `select n, 'tenant "' || n || '", ä🦆' as name, cast(n as decimal(38, 0)) * 1000000000000000 as quantity
   from (select cast(range as bigint) as n from range(${count})) order by n`;
const expected = (count: number) =>
  Array.from({ length: count }, (_, n) => [BigInt(n), `tenant "${n}", ä🦆`, BigInt(n) * 1_000_000_000_000_000n]);

describe.skipIf('missing' in miniStack)('results of Athena, over HTTP', () => {
  let workgroup: Workgroup;
  beforeAll(async () => {
    if (!('missing' in miniStack)) workgroup = await createWorkgroup(miniStack, 'results');
  });
  afterAll(() => workgroup.close());

  const objectOf = (queryId: string) => {
    const [, Bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(workgroup.output) ?? [];
    return { Bucket, Key: `${prefix}${queryId}.csv` };
  };
  const ended = async (sql: string) => {
    const { background } = workgroup.open();
    const queryId = await background.start(sql);
    while ((await background.status(queryId)).state !== 'succeeded');
    return queryId;
  };

  it.each([0, 1, 999, 1000, 1001, 3500])('of %i rows are the same by pages and from S3', async (count) => {
    const paged = await workgroup.open({ pages: 99 }).query(numbers(count));
    const read = await workgroup.open({ pages: 1 }).query(numbers(count));
    expect(paged.columns).toEqual(['n', 'name', 'quantity']);
    expect(paged.rows).toEqual(expected(count));
    expect(read.rows).toEqual(paged.rows);
  });

  it('are read from S3 when they are long, by page when they are short or their object is not wanted', async () => {
    const queryId = await ended(numbers(LONG));
    const { ContentLength: bytes = 0 } = await workgroup.s3.send(new HeadObjectCommand(objectOf(queryId)));
    expect(bytes).toBeGreaterThan(1_000_000);
    expect((await workgroup.open().background.fetch(queryId)).rows).toEqual(expected(LONG));
    await workgroup.s3.send(new DeleteObjectCommand(objectOf(queryId)));
    // Only the object is gone: who reads by pages does not miss it.
    const paged = await workgroup.open({ pages: 99 }).background.fetch(queryId);
    expect(paged.rows).toHaveLength(LONG);
    await expect(workgroup.open().background.fetch(queryId)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`${queryId}[\\s\\S]*NoSuchKey[\\s\\S]*removed too early`)),
    });
    const short = await ended(numbers(10));
    await workgroup.s3.send(new DeleteObjectCommand(objectOf(short)));
    expect((await workgroup.open().background.fetch(short)).rows).toHaveLength(10);
  });

  it('come in pieces when they are streamed', async () => {
    const { columns, batches, facts } = await workgroup.open().stream(numbers(LONG));
    let next = 0n;
    let pieces = 0;
    for await (const rows of batches) {
      pieces += 1;
      for (const [n] of rows) {
        expect(n).toBe(next);
        next += 1n;
      }
    }
    expect(columns).toEqual(['n', 'name', 'quantity']);
    expect(next).toBe(BigInt(LONG));
    expect(pieces).toBeGreaterThan(3);
    expect(facts?.()?.queryId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['by page', 1],
    ['from S3', 1001],
  ])('keep every value as it was, %s', async (_, copies) => {
    const big = '9'.repeat(38);
    const sql = `select
        cast('9223372036854775807' as bigint) as greatest,
        cast('-9223372036854775808' as bigint) as least,
        cast('${big}' as decimal(38, 0)) as much,
        cast('-${big}' as decimal(38, 0)) as owed,
        cast('12345678901234567890.123456789' as decimal(38, 9)) as price,
        timestamp '2026-02-28 23:59:59.123' as at,
        timestamp '2026-11-22 00:00:00' as midnight,
        date '2028-02-29' as leap,
        true as yes, false as no,
        cast(0.1 as double) as tenth,
        cast(2147483647 as integer) as int,
        cast(null as varchar) as nothing,
        '' as empty,
        'null' as word,
        'a,"b"' || chr(10) || '''c''' || chr(13) || '🦆 é' as text,
        cast(null as bigint) as no_number
      from range(${copies})`;
    const { columns, types, rows } = await workgroup.open().query(sql);
    expect(rows).toHaveLength(copies);
    const row = Object.fromEntries(columns.map((name, index) => [name, rows.at(-1)?.[index]]));
    expect(row).toStrictEqual({
      greatest: 2n ** 63n - 1n,
      least: -(2n ** 63n),
      much: 10n ** 38n - 1n,
      owed: -(10n ** 38n - 1n),
      price: '12345678901234567890.123456789',
      at: '2026-02-28T23:59:59.123Z',
      midnight: '2026-11-22T00:00:00.000Z',
      leap: '2028-02-29',
      yes: true,
      no: false,
      tenth: 0.1,
      int: 2147483647,
      nothing: null,
      empty: '',
      word: 'null',
      text: 'a,"b"\n\'c\'\r🦆 é',
      no_number: null,
    });
    expect(types?.slice(0, 2)).toEqual(['bigint', 'bigint']);
    expect(types?.[5]).toBe('timestamp');
  });

  it('stay with the query that was started by another process', async () => {
    const { background } = workgroup.open();
    const queryId = await background.start('/* takes 0.3 s */ select 7 as n');
    expect(await workgroup.open().background.status(queryId)).toMatchObject({
      queryId,
      state: expect.stringMatching(/queued|running/),
      sql: '/* takes 0.3 s */ select 7 as n',
      submittedAt: expect.any(Number),
    });
    await expect(workgroup.open().background.fetch(queryId)).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    while ((await background.status(queryId)).state !== 'succeeded');
    expect((await workgroup.open().background.fetch(queryId)).rows).toEqual([[7]]);
    await expect(background.status('00000000-0000-0000-0000-000000000000')).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
    });
  });
});
