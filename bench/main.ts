import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Bench } from 'tinybench';
import { runDelivery, simulate } from '../ingest/index.js';
import { buildRegistry, parseConfigOrThrow } from '../model/index.js';

/**
 * `npm run bench [-- MEGABYTES]`: the whole of `run` (decode, identity, parse, meter, ids, Parquet, hashes, journal) against
 * DuckDB's own conversion of the same NDJSON to zstd Parquet, which does none of it. Interleaved rounds in one process,
 * medians of 5 after one warm-up. Absolute figures move with the machine; quote the ratio.
 */
async function main(): Promise<void> {
  const megabytes = Number(process.argv[2] ?? '100');
  const root = mkdtempSync(join(tmpdir(), 'tenantscope-bench-'));
  try {
    await simulate(
      {
        scenario: 'noisy-dynamodb',
        tenants: 15,
        hours: 24,
        historyHours: 0,
        seed: 1,
        end: Date.parse('2026-11-24T00:00:00Z'),
        aggregate: false,
        duplicates: 0,
        late: false,
        hostile: false,
        targetBytes: megabytes * 1_000_000,
      },
      { dir: join(root, 'sim') },
    );
    const records = join(root, 'sim/records');
    const files = readdirSync(records).filter((name) => name.endsWith('.ndjson'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(records, name)).size, 0);
    const config = parseConfigOrThrow(readFileSync(join(root, 'sim/tenantscope.yaml'), 'utf8'), 'tenantscope.yaml');
    const registry = buildRegistry({ tenants: config.tenants, plans: config.plans });
    let round = 0;

    const bench = new Bench({
      iterations: 5,
      time: 0,
      warmupIterations: 1,
      warmupTime: 0,
      name: `${(bytes / 1e6).toFixed(0)} MB`,
    });
    bench.add('tenantscope run', async () => {
      const lake = join(root, `lake-${round++}`);
      await runDelivery({
        inputs: [records],
        lake,
        registry,
        trust: 'namespace',
        platformStream: config.identity.platform_stream,
        stream: 'bench',
        clock: Date.now,
        memoryMb: 512,
        threads: 2,
      });
      rmSync(lake, { recursive: true });
    });
    bench.add('DuckDB NDJSON to Parquet', async () => {
      const out = join(root, `out-${round++}.parquet`);
      const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '512MB' });
      const connection = await instance.connect();
      await connection.run(
        `copy (select * from read_json('${records}/*.ndjson', format = 'newline_delimited')) to '${out}' (format parquet, compression zstd)`,
      );
      connection.closeSync();
      instance.closeSync();
      rmSync(out);
    });
    await bench.run();

    const rows = bench.tasks.map((task) => {
      const result = task.result;
      const median = 'latency' in result ? result.latency.p50 : Number.NaN;
      return {
        task: task.name,
        median_ms: Math.round(median),
        mb_per_s: Math.round(bytes / 1000 / median),
        samples: 'latency' in result ? result.latency.samplesCount : 0,
      };
    });
    console.table(rows);
    const [ours, theirs] = rows;
    if (ours !== undefined && theirs !== undefined) {
      console.log(
        `tenantscope run takes ${(ours.median_ms / theirs.median_ms).toFixed(2)} times as long as the bare conversion`,
      );
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

await main();
