import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, buildRegistry } from '../../../../model/index.js';
import { type Engine, openDuckDb } from '../../../../queries/index.js';
import { writeHandMadeLake } from '../../../engines/handMadeLake.js';

const root = mkdtempSync(join(tmpdir(), 'sandbox-'));
const lake = join(root, 'lake');
const secret = join(root, 'secret.csv');
/** A folder whose path begins with the lake's, which a test of prefixes alone would let in. */
const neighbour = join(root, 'lake-of-another', 'secret.csv');
const base = { lake, memoryMb: 256, threads: 1, listPrices: [], registry: buildRegistry({ tenants: [] }) };
let engine: Engine;

beforeAll(async () => {
  await writeHandMadeLake(lake);
  mkdirSync(join(root, 'lake-of-another'));
  for (const file of [secret, neighbour]) writeFileSync(file, 'word\nhidden\n');
  engine = await openDuckDb(base);
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

describe('the embedded engine reads nothing outside its lake', () => {
  const places = ['/etc/passwd', secret, neighbour, `${lake}/../secret.csv`, `${lake}/events/../../secret.csv`];
  const readers = [
    (path: string) => `select * from read_text('${path}')`,
    (path: string) => `select * from read_blob('${path}')`,
    (path: string) => `select * from read_csv('${path}', header = false)`,
    (path: string) => `select * from read_csv_auto('${path}')`,
    (path: string) => `select * from sniff_csv('${path}')`,
    (path: string) => `select * from read_json('${path}')`,
    (path: string) => `select * from read_json_objects('${path}')`,
    (path: string) => `select * from read_ndjson_objects('${path}')`,
    (path: string) => `select * from read_parquet('${path}')`,
    (path: string) => `select * from parquet_schema('${path}')`,
    (path: string) => `select * from parquet_metadata('${path}')`,
    (path: string) => `select * from '${path}'`,
    (path: string) => `select (select max(content) from read_text('${path}'))`,
    (path: string) => `with x as (select * from read_text('${path}')) select * from x`,
    (path: string) => `select 1 from ledger where exists (select * from read_text('${path}'))`,
  ];

  it.each(places.flatMap((path) => readers.map((sql) => sql(path))))('%s', async (sql) => {
    await expect(engine.query(sql)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    // A path without a known ending is no file to begin with.
    await expect(engine.query(sql)).rejects.toThrow(/Permission Error|Table with name \/etc\/passwd does not exist/);
  });

  it.each([`${root}/*`, `${root}/**`, '/etc/pass*', `${lake}/../*`, `${root}/lake*/*.csv`])(
    'and finds no file by the pattern %s',
    async (pattern) => {
      const found = await engine.query(`select file from glob('${pattern}')`).catch((error: unknown) => error);
      if (found instanceof AppError) expect(found.message).toMatch(/Permission Error/);
      else expect(found).toMatchObject({ rows: [] });
    },
  );

  it.each(['http://127.0.0.1:1/x.csv', 'https://example.com/x.parquet', 's3://bucket/x.parquet'])(
    'nor %s',
    async (url) => {
      await expect(engine.query(`select * from read_csv('${url}')`)).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
      });
    },
  );

  it('but its own files', async () => {
    const { rows } = await engine.query(`select count(*) > 0 from glob('${lake}/ledger/manifests/*')`);
    expect(rows).toEqual([[true]]);
  });
});

describe('the embedded engine takes one SELECT and nothing else', () => {
  const out = join(root, 'out');
  it.each([
    `copy (select 1) to '${out}'`,
    `copy ledger to '${join(lake, 'out.csv')}'`,
    `export database '${out}'`,
    `import database '${root}'`,
    `attach '${out}.db' as other`,
    "attach ':memory:' as other",
    'install httpfs',
    "install httpfs from '/tmp'",
    'load httpfs',
    "set memory_limit = '64GB'",
    'set global enable_external_access = true',
    "set allowed_directories = ['/']",
    'reset enable_external_access',
    "pragma memory_limit = '64GB'",
    'create table x as select 1',
    'create macro greatest(a, b) as a',
    'create or replace macro greatest(a, b) as a',
    'create or replace view ledger as select 1',
    'create temp view ledger as select 1',
    'drop macro greatest',
    'drop view ledger',
    'insert into tenants values (1, 2, 3)',
    'delete from tenants',
    'update tenants set name = plan',
    'call pragma_version()',
    'checkpoint',
    'begin transaction',
    'use memory.main',
    'prepare p as select 1',
    'execute p',
    'explain analyze select 1',
    'vacuum',
    'select 1; select 2',
    'select 1; drop view ledger',
    'select 1; copy (select 1) to stdout',
    '',
    '-- nothing',
  ])('%s', async (sql) => {
    await expect(engine.query(sql)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(existsSync(out)).toBe(false);
  });

  it('and what was tried changed nothing', async () => {
    const { rows } = await engine.query(
      "select greatest(1, null), current_setting('enable_external_access'), current_setting('lock_configuration')",
    );
    expect(rows).toEqual([[null, false, true]]);
    expect((await engine.query('select count(*) > 5 from ledger')).rows).toEqual([[true]]);
    expect(readdirSync(root).sort()).toEqual(['lake', 'lake-of-another', 'secret.csv']);
  });
});

it('the embedded engine answers what DuckDB makes a SELECT of, with names of its own only', async () => {
  const { rows } = await engine.query('pragma database_list');
  expect(rows.map(([, name, file]) => [name, file])).toEqual([['memory', null]]);
});

describe('a statement that is no longer wanted', () => {
  const endless = 'select count(*) from range(1000000) a(x), range(1000000) b(y) where x * y % 7919 = 5';
  const interrupted = new AppError('INTERRUPTED', 'interrupted');

  it.each([0, 1, 50])('is interrupted %i ms after it was sent, with the reason of the signal', async (delay) => {
    const controller = new AbortController();
    const other = await openDuckDb({ ...base, signal: controller.signal });
    const asked = other.query(endless);
    setTimeout(() => controller.abort(interrupted), delay);
    await expect(asked).rejects.toBe(interrupted);
    await expect(other.query('select 1')).rejects.toBe(interrupted);
    await other.close();
    expect(readdirSync(join(lake, '.staging'))).toHaveLength(1);
  });

  it('is not even sent after the signal', async () => {
    const other = await openDuckDb({ ...base, signal: AbortSignal.abort(interrupted) });
    await expect(other.query(endless)).rejects.toBe(interrupted);
    await other.close();
  });

  it('leaves an answer alone that was there before', async () => {
    const controller = new AbortController();
    const other = await openDuckDb({ ...base, signal: controller.signal });
    expect((await other.query('select 42')).rows).toEqual([[42]]);
    controller.abort(interrupted);
    await other.close();
  });
});

it('ends a statement that would spill more than it may: a runaway report filled the disk', async () => {
  const bounded = await openDuckDb({ ...base, memoryMb: 64, spillMb: 16 });
  const asked = bounded.stream?.('select x, random() as a, random() as b from range(20000000) t(x)');
  await expect(asked).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
    message: expect.stringMatching(
      /spill more to disk[\s\S]*at most 16 MB \(engine\.spill_mb\)[\s\S]*raise engine\.spill_mb/,
    ),
  });
  expect((await bounded.query('select 42')).rows).toEqual([[42]]);
  await bounded.close();
});

it('spills into its own folder and stays within its memory', async () => {
  const small = await openDuckDb({ ...base, memoryMb: 64 });
  const { rows } = await small.query(
    'select count(*) from (select x, row_number() over (order by hash(x)) as place from range(3000000) t(x)) where place > 0',
  );
  expect(rows).toEqual([[3_000_000n]]);
  await small.close();
});
