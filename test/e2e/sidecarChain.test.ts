import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';
import { buildLedger, reconcile } from '../../queries/index.js';
import { CHAIN_TENANTS, type ChainRun, numberedLine, runChain, specialLines } from './sidecarChain.js';
import { temporaryFolder } from './tenantscope.js';
import { ledgerLines } from './truth.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const RECORDED = new URL('./recorded/sidecarChain.json.gz', import.meta.url);
const LINES = 33_334;
const RECORDED_LINES = 1_500;

function installed(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const registry = buildRegistry({
  tenants: CHAIN_TENANTS.map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
});

/** The records of a run as a recorded stream: bytes, and where each ends and when it arrived. */
function recordStream(run: ChainRun, input: string): void {
  mkdirSync(input);
  writeFileSync(join(input, 'cell'), Buffer.concat(run.records.map(({ data }) => data)));
  const index = run.records.map(({ data, shard, sequence, arrival }) =>
    JSON.stringify({ arrival, stream: 'cell', shard, sequence, lengths: [data.length] }),
  );
  writeFileSync(join(input, 'cell.arrivals'), `${index.join('\n')}\n`);
}

async function expectEveryLineOnce(run: ChainRun, name: string): Promise<void> {
  const input = join(folder.path, `${name}-input`);
  const lake = join(folder.path, `${name}-lake`);
  recordStream(run, input);
  const clock = () => Date.now();
  const resources = { memoryMb: 512, threads: 2 };
  const { outcomes } = await runDelivery({
    inputs: [input],
    lake,
    registry,
    trust: 'namespace',
    platformStream: 'platform',
    stream: 'cell',
    clock,
    ...resources,
  });
  expect(outcomes.quarantined).toEqual({});
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `select tenant_id, body, any_value(array_to_string(problems, ',')), count(*) from (
       select distinct tenant_id, event_id, body, problems
       from read_parquet('${join(lake, 'events/*/*/*.parquet')}', hive_partitioning = true, hive_types_autocast = false)
       where format <> 'heartbeat') group by all`,
  );
  const found = rows.getRows() as [string, string, string, bigint][];
  connection.closeSync();
  instance.closeSync();
  for (const tenant of CHAIN_TENANTS) {
    const own = new Map(
      found.filter(([of]) => of === tenant).map(([, body, problems, times]) => [body, { problems, times }]),
    );
    for (const { body, problem = '' } of specialLines(tenant)) {
      // The endless line is there once, cut.
      const kept =
        problem === 'line_truncated'
          ? [...own.keys()].find((text) => body.startsWith(text) && text.length > 700_000)
          : body;
      expect(own.get(kept ?? ''), body.slice(0, 40)).toEqual({ problems: problem, times: 1n });
      own.delete(kept ?? '');
    }
    const numbered = Array.from({ length: run.linesPerTenant }, (_, number) => numberedLine(tenant, number));
    expect([...own.keys()].sort()).toEqual([...numbered].sort());
    expect([...own.values()].every(({ problems, times }) => problems === '' && times === 1n)).toBe(true);
  }
  expect(new Set(found.map(([tenant]) => tenant))).toEqual(new Set(CHAIN_TENANTS));
  await buildLedger({ lake, clock, ...resources });
  const booked = (await ledgerLines(lake)).filter((line) => line.includes('| log_events |'));
  for (const tenant of CHAIN_TENANTS) {
    const events = booked
      .filter((line) => line.startsWith(`${tenant} |`))
      .reduce((sum, line) => sum + Number(/in (\d+)$/.exec(line)?.[1]), 0);
    expect(events).toBe(run.linesPerTenant + specialLines(tenant).length);
  }
  const { checks } = await reconcile({ lake, ...resources });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
}

it('real sidecars of three tenants: every line is in the lake once, under its tenant, through refusals, an outage, rotation and kill -9', async (context) => {
  if (!installed('fluent-bit', '--version'))
    return context.skip('no fluent-bit on PATH; its recorded bytes are tested below');
  if (!installed('openssl', 'version')) return context.skip('no openssl on PATH; the recorded bytes are tested below');
  // TENANTSCOPE_RECORD=1 records a shorter run, for machines without the binary.
  const recording = process.env.TENANTSCOPE_RECORD === '1';
  const run = await runChain(folder.path, recording ? RECORDED_LINES : LINES, recording ? 2_000 : 19_000);
  expect(run.refused.entries).toBeGreaterThan(0);
  expect(run.refused.calls).toBeGreaterThan(0);
  if (recording) {
    const records = run.records.map(({ data, ...rest }) => ({ ...rest, data: data.toString('base64') }));
    const text = JSON.stringify({ linesPerTenant: run.linesPerTenant, refused: run.refused, records });
    writeFileSync(RECORDED, gzipSync(text, { level: 9 }));
  }
  await expectEveryLineOnce(run, 'live');
}, 300_000);

it('the bytes recorded from such a run end in the lake the same way', async () => {
  expect(existsSync(RECORDED)).toBe(true);
  const { records, ...rest } = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString('utf8'));
  const run: ChainRun = {
    ...rest,
    records: records.map((record: { data: string }) => ({ ...record, data: Buffer.from(record.data, 'base64') })),
  };
  const lines = run.records.flatMap(({ data }) => data.toString('utf8').trimEnd().split('\n'));
  // Without repeated lines the recording would prove nothing about them.
  expect(lines.length).toBeGreaterThan(new Set(lines.map((line) => line.replace(/"time":"[^"]*"/, ''))).size);
  await expectEveryLineOnce(run, 'recorded');
});
