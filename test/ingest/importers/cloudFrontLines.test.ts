import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { readCloudFrontLines } from '../../../ingest/importers/cloudFrontLines.js';

const folder = mkdtempSync(join(tmpdir(), 'cloudfront-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a Parquet file that is damaged behind its first rows is an error, not a shorter file', async () => {
  const path = join(folder, 'cf.parquet');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    `copy (select md5(range::varchar) as uri from range(20000)) to '${path}' (format parquet, row_group_size 2048, compression zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
  const read = async (): Promise<number> => {
    let lines = 0;
    const content = { path, name: 's3://logs/cf.parquet', sha256: '' };
    for await (const _ of readCloudFrontLines(content, { intervalSeconds: 60, onSkipped: () => undefined })) lines += 1;
    return lines;
  };
  expect(await read()).toBe(20_000);
  const bytes = readFileSync(path);
  bytes.fill(0xff, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 4_000);
  writeFileSync(path, bytes);
  await expect(read()).rejects.toThrow(/s3:\/\/logs\/cf\.parquet: a Parquet file cannot be read to its end/);
});
