import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import type { CliContext } from '../../cli/CliContext.js';
import { type CanaryOptions, runCanary } from '../../cli/runCanary.js';
import { lakeSink, type OutgoingRecord, type StreamTarget } from '../../ingest/index.js';
import { configSchema, registryOf } from '../../model/index.js';
import { buildLedger } from '../../queries/index.js';
import { ledgerLines } from '../e2e/truth.js';

const root = mkdtempSync(join(tmpdir(), 'canary-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

function setUp() {
  let now = Date.parse('2026-11-24T08:00:00Z');
  const lake = join(root, `lake-${folders++}`);
  const config = { ...configSchema.parse({}), lake };
  const context: CliContext = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    clock: () => now,
    signal: new AbortController().signal,
  };
  const options: CanaryOptions = {
    config,
    lines: 40,
    timeoutMs: 60_000,
    pollMs: 1000,
    sleep: async (ms) => {
      now += ms;
    },
    random: () => 0,
    onProgress: () => {},
  };
  const deliver = async (records: readonly OutgoingRecord[]): Promise<void> => {
    const sink = await lakeSink({
      lake,
      registry: registryOf(config),
      trust: 'namespace',
      platformStream: 'p',
      stream: 'p',
      clock: () => now,
      memoryMb: 256,
      threads: 1,
    });
    await sink.write('records', Readable.from(records.map(({ data }) => Buffer.from(data).toString().trim())));
    await sink.finish();
  };
  const target = (put: StreamTarget['put']): StreamTarget => ({
    maxRecords: 500,
    maxCallBytes: 1e7,
    maxRecordBytes: 1e6,
    sizeOf: ({ data }) => data.length,
    put,
  });
  return {
    lake,
    options,
    context,
    deliver,
    target,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('runCanary', () => {
  it('finds every line it wrote by the local delivery, and books nothing for any customer', async () => {
    const { options, context, lake } = setUp();
    const report = await runCanary(options, context);
    expect(report).toMatchObject({ written: 40, refused: 0, queryable: 40, lost: [], duplicates: 0 });
    await buildLedger({ lake, clock: context.clock, memoryMb: 256, threads: 1 });
    const tenants = new Set((await ledgerLines(lake)).map((line) => line.split(' | ')[0]));
    expect([...tenants]).toEqual(['_canary']);
  });

  it('measures loss, duplicates, refusals and the time until a line can be queried', async () => {
    const { options, context, deliver, target, pass } = setUp();
    await deliver([]);
    const held: OutgoingRecord[] = [];
    const stream = target(async (records) => {
      held.push(...records.slice(2));
      return records.map((_, place) => (place < 2 ? 'InternalFailure' : undefined));
    });
    const sleeps: number[] = [];
    const sleep = async (ms: number): Promise<void> => {
      pass(ms);
      sleeps.push(ms);
      // The stream's reader takes its time; it loses two records and brings one of them twice.
      if (ms === 1000 && sleeps.filter((wait) => wait === 1000).length === 3)
        await deliver([...held.slice(2), held[5] as OutgoingRecord, held[5] as OutgoingRecord]);
    };
    let refuse = 0;
    const always: StreamTarget = {
      ...stream,
      put: async (records) => (refuse++ === 0 ? stream.put(records) : records.map(() => 'InternalFailure')),
    };
    const report = await runCanary({ ...options, target: always, sleep }, context);
    expect(report).toMatchObject({ written: 38, refused: 2, queryable: 36, lost: [2, 3], duplicates: 2 });
    expect(report.lag_ms?.median).toBeGreaterThanOrEqual(3000);
    expect(report.arrival_ms?.max).toBeLessThanOrEqual(report.lag_ms?.max ?? 0);
  });
});
