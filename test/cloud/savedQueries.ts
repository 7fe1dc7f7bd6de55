import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient, BatchGetNamedQueryCommand, paginateListNamedQueries } from '@aws-sdk/client-athena';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { kinesisTarget, writeRecords } from '../../ingest/index.js';
import { HOUR_MS, parseConfigOrThrow, parseDuration, registryOf, utcDayOf } from '../../model/index.js';
import type { Engine } from '../../queries/engines/Engine.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import { findReport, loadCatalogue, openDuckDb, parseParameters, type Report } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { supplyTenants } from '../../queries/reports/supplyTenants.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { runSimulation, smallOptions } from '../ingest/simulator/readSimulation.js';
import { trinoInDatabase } from './athenaOverTrino.js';

/** A deployed lake some of which is booked. */
export interface DeployedLake {
  /** Folder with tenantscope.yaml, and `embedded`, which is a lake. */
  readonly folder: string;
  readonly server: string;
  /** `s3://bucket`. */
  readonly lake: () => string;
  /** Books what is delivered. */
  readonly bookAll: () => Promise<void>;
}

type Asked = Readonly<Record<string, string>>;

/** Every saved query of the deployed app, as the console runs it, against the embedded mode over the same objects. */
export function itAnswersSavedQueries({ folder, server, lake, bookAll }: DeployedLake): void {
  it('reads for a saved query the partitions its tenants and dates are in, and no others', async () => {
    const saved = (await savedQueries()).find(({ Name }) => Name === 'problems');
    const { rows } = await trinoInDatabase(server, saved?.Database ?? '').run(`explain ${saved?.QueryString}`);
    const plan = rows.join('\n');
    // Delivered lines and compacted ones.
    expect(plan.match(/:: \[\[_canary\], .*\[acme\], /g)).toHaveLength(2);
    // The day before the window to tomorrow, behind which the table's projection ends.
    expect(plan.match(/:: \[\[\d{4}-\d\d-\d\d\](?:, \[\d{4}-\d\d-\d\d\]){2,3}\]/g)).toHaveLength(2);
  });

  it('answers every saved query as it was deployed, as the embedded mode does the report over the same objects', async () => {
    const [kinesis, s3] = [new KinesisClient(), new S3Client()];
    const local = join(folder, 'copied');
    const bucket = lake().replace('s3://', '');
    try {
      await deliverLatest(kinesis, s3, bucket);
      await bookAll();
      await download(s3, bucket, local);
    } finally {
      kinesis.destroy();
      s3.destroy();
    }
    // What makes a folder a lake; the log, which was copied, says what is in it.
    cpSync(join(folder, 'embedded', 'lake.json'), join(local, 'lake.json'));
    const file = join(folder, 'tenantscope.yaml');
    await tenantscopeOk(['ledger', 'build', '--lake', local, '--config', file]);
    const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
    const { list_prices: listPrices, completeness, quotas } = config;
    const registry = registryOf(config);
    const duckdb = await openDuckDb({
      ...{ lake: local, memoryMb: 512, threads: 1 },
      ...{ listPrices, registry, completeness, quotas },
    });
    try {
      const values: Asked = { tenant_id: 'acme', service: 'DynamoDB', trace_id: await someTrace(duckdb) };
      const queries = await savedQueries();
      expect(queries.map(({ Name }) => Name).sort()).toEqual(loadCatalogue().map(({ name }) => name));
      const empty: string[] = [];
      for (const { Name = '', Database = '', QueryString = '', WorkGroup } of queries) {
        expect(WorkGroup).toBe('rehearsal-reports');
        const report = findReport(Name);
        const statement = asAsked(QueryString, report, values);
        const answer = await withinOneHour(() => trinoInDatabase(server, Database).run(statement));
        const { rows } = await duckdb.query(await embedded(duckdb, report, values, answer.now));
        expect(answer.result.rows, Name).toEqual(rows);
        if (rows.length === 0) empty.push(Name);
      }
      // Of what the simulation has nothing of: members, quarantine, lines that are late, doubtful or nobody's.
      expect(empty.length, empty.join(', ')).toBeLessThanOrEqual(11);
    } finally {
      await duckdb.close();
    }
  }, 300_000);
}

/** As Athena gives them back. */
export async function savedQueries() {
  const client = new AthenaClient();
  try {
    const ids: string[] = [];
    for await (const page of paginateListNamedQueries({ client }, { WorkGroup: 'rehearsal-reports' })) {
      ids.push(...(page.NamedQueryIds ?? []));
    }
    const { NamedQueries = [] } = await client.send(new BatchGetNamedQueryCommand({ NamedQueryIds: ids }));
    return NamedQueries;
  } finally {
    client.destroy();
  }
}

/** Lines of the hour that ended last, which saved queries ask for, until they are in the lake. */
async function deliverLatest(kinesis: KinesisClient, s3: S3Client, bucket: string): Promise<void> {
  const end = Date.now() - (Date.now() % HOUR_MS);
  const { records } = await runSimulation(smallOptions({ tenants: 3, hours: 1, aggregate: true, seed: 2, end }));
  const before = await objectsIn(s3, bucket);
  const report = await writeRecords(
    records.map(({ data }, number) => ({ data, partitionKey: String(number) })),
    kinesisTarget(kinesis, 'rehearsal-default'),
    { sleep, random: Math.random },
  );
  expect(report).toMatchObject({ written: records.length, undelivered: 0 });
  // One object a record, here; on AWS one a buffer.
  for (let round = 0; round < 120 && (await objectsIn(s3, bucket)) < before + records.length; round++) await sleep(500);
  expect(await objectsIn(s3, bucket)).toBe(before + records.length);
}

async function objectsIn(s3: S3Client, Bucket: string): Promise<number> {
  let count = 0;
  for await (const { KeyCount = 0 } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: 'events/' })) {
    count += KeyCount;
  }
  return count;
}

/** A saved query as the console sends it once its parameters were typed in. */
function asAsked(sql: string, { sql: template }: Report, values: Asked): string {
  const names = [...template.matchAll(/\{\{(tenant_id|service|trace_id)\}\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return sql;
  return `execute immediate ${sqlText(sql)} using ${names.map((name) => sqlText(values[name] ?? '')).join(', ')}`;
}

/** The same report's statement for the embedded mode, with the window as an operator at this instant would give it. */
async function embedded(engine: Engine, report: Report, values: Asked, now: number): Promise<string> {
  const end = now - (now % HOUR_MS);
  const window = { start: end - (parseDuration(report.look_back) ?? 0), end };
  const all: Asked = { ...values, booked_by: utcDayOf(now - 24 * HOUR_MS) };
  const given = report.params.flatMap(({ name }) => (all[name] === undefined ? [] : [`${name}=${all[name]}`]));
  return renderReport(report, await supplyTenants(engine, report, parseParameters(report, given, { window })));
}

/** Runs it again where an hour ended meanwhile: in which of the two it was run cannot be seen. */
export async function withinOneHour<T>(run: () => Promise<T>): Promise<{ readonly now: number; readonly result: T }> {
  for (;;) {
    const now = Date.now();
    const result = await run();
    if (Math.floor(now / HOUR_MS) === Math.floor(Date.now() / HOUR_MS)) return { now, result };
  }
}

/** One that a line of the tenant carries, where one does. */
async function someTrace(engine: Engine): Promise<string> {
  const { rows } = await engine.query("select max(trace_id) from events where tenant_id = 'acme'");
  return String(rows[0]?.[0] ?? '4bf92f3577b34da6a3ce929d0e0e4736');
}

/** Copies lines, quarantine and log. */
async function download(s3: S3Client, Bucket: string, folder: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key = '' } of Contents.filter(({ Key = '' }) => /^(?:events|errors|ledger\/manifests)\//.test(Key))) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      mkdirSync(dirname(join(folder, Key)), { recursive: true });
      writeFileSync(join(folder, Key), (await Body?.transformToByteArray()) ?? '');
    }
  }
}
