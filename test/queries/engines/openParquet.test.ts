import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { openParquet } from '../../../queries/index.js';

const folder = mkdtempSync(join(tmpdir(), 'tenantscope-parquet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('openParquet', () => {
  it('gives every row in order, as text, of more than one chunk', async () => {
    const path = join(folder, "it's.parquet");
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `copy (select range as n, 0.1e0 as "a ""b""", timestamptz '2026-11-01 01:00:00+01' as t, null as nothing from range(5000))
       to '${path.replaceAll("'", "''")}' (format parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const file = await openParquet(path, 'shown');
    expect(file.columns).toEqual(['n', 'a "b"', 't', 'nothing']);
    const rows: (readonly (string | null)[])[] = [];
    for await (const batch of file.rows(['n', 'nothing', 't', 'a "b"'])) rows.push(...batch);
    file.close();
    expect(rows.map(([n]) => Number(n))).toEqual(Array.from({ length: 5000 }, (_, at) => at));
    expect(rows[7]).toEqual(['7', null, '2026-11-01 00:00:00+00', '0.1']);
  });

  it('refuses what is no Parquet file, and a path that is a pattern', async () => {
    const path = join(folder, 'text.parquet');
    writeFileSync(path, 'PAR1 and nothing more');
    await expect(openParquet(path, 'shown')).rejects.toThrow(/^shown: a Parquet file cannot be read to its end/);
    await expect(openParquet(join(folder, '*.parquet'), 'shown')).rejects.toThrow(
      /expected a path without \* \? \[ \] \{ \}/,
    );
  });
});
