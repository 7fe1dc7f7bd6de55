import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { runDelivery } from '../../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../../model/index.js';
import { buildLedger, reconcile } from '../../../queries/index.js';
import { eventLines } from '../../e2e/truth.js';

const root = mkdtempSync(join(tmpdir(), 'delivery-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const registry = buildRegistry({
  tenants: ['acme', 'globex'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
});
const NOW = Date.parse('2026-11-23T23:59:00Z');
let folders = 0;
const fresh = (name: string): string => join(root, `${name}-${folders++}`);

const line = (offset: number, tenant = 'acme', log = `line ${offset}`): string =>
  `${JSON.stringify({ time: '2026-11-23T10:00:00Z', log, tenant_id: tenant, namespace: `tenant-${tenant}`, pod: 'p', container: 'c', file: 'f', offset })}\n`;

function input(files: Record<string, string>): string {
  const folder = fresh('input');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const deliver = (lake: string, inputs: readonly string[], over: Partial<Parameters<typeof runDelivery>[0]> = {}) =>
  runDelivery({
    inputs,
    lake,
    registry,
    trust: 'namespace',
    platformStream: 'tenantscope-platform',
    stream: 'tenantscope-local',
    clock: () => NOW,
    memoryMb: 256,
    threads: 1,
    ...over,
  });

const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
const THREE = { 'a.ndjson': `${line(1)}\n${line(2, 'globex')}not json\n`, 'b.ndjson': line(3) };

describe('runDelivery', () => {
  it('accounts for every record, and passes over blank lines', async () => {
    const lake = fresh('lake');
    const summary = await deliver(lake, [input(THREE)]);
    expect(summary).toMatchObject({
      records: 4,
      blankLines: 1,
      outcomes: { accepted: 3, quarantined: { undecodable: 1 } },
    });
    expect(summary.lines).toEqual({ 'tenant_id=acme/dt=2026-11-23': 2, 'tenant_id=globex/dt=2026-11-23': 1 });
  });

  it('writes what is quarantined as Firehose does, with the original bytes', async () => {
    const lake = fresh('lake');
    await deliver(lake, [input(THREE)]);
    const files = readdirSync(join(lake, 'errors'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map((entry) => entry.parentPath.replace(lake, ''))).toEqual([
      '/errors/processing-failed/2026/11/23/23',
    ]);
    expect(files[0]?.name).toMatch(/^tenantscope-local-1-2026-11-23-23-59-00-[0-9a-f]{32}-0$/);
    const record: unknown = JSON.parse(readFileSync(join(files[0]?.parentPath ?? '', files[0]?.name ?? ''), 'utf8'));
    expect(record).toMatchObject({
      attemptsMade: 1,
      arrivalTimestamp: NOW,
      errorCode: 'Lambda.ProcessingFailedStatus',
      rawData: Buffer.from('not json\n').toString('base64'),
    });
  });

  it('delivers content once, under whatever name and on whatever day it comes', async () => {
    const lake = fresh('lake');
    await deliver(lake, [input(THREE)]);
    const before = await eventLines(lake);
    const again = await deliver(lake, [input({ 'renamed.ndjson': THREE['b.ndjson'], 'c.ndjson': THREE['a.ndjson'] })], {
      clock: () => NOW + 86_400_000,
    });
    expect(again).toMatchObject({ records: 0, objects: 0 });
    expect(again.skipped).toHaveLength(2);
    expect(await eventLines(lake)).toEqual(before);
  });

  it.each(['started', 'delivered', 'committed'] as const)(
    'after a crash when %s, the same again on the next day ends in the same lake',
    async (point) => {
      const inputs = [input(THREE)];
      const clean = fresh('lake');
      await deliver(clean, inputs);
      const lake = fresh('lake');
      const fault = (at: string): void => {
        if (at === point) throw new Error('crash');
      };
      await expect(deliver(lake, inputs, { fault })).rejects.toThrow('crash');
      await deliver(lake, inputs, { clock: () => NOW + 86_400_000 });
      expect(await eventLines(lake)).toEqual(await eventLines(clean));
      await buildLedger({ ...settings(lake), clock: () => NOW });
      expect((await reconcile(settings(lake))).ok).toBe(true);
    },
  );

  it('splits a mixed aggregate and feeds the pieces back', async () => {
    const lake = fresh('lake');
    const summary = await deliver(lake, [input({ 'mixed.bin': `${line(1)}${line(2, 'globex')}${line(3)}` })]);
    expect(summary).toMatchObject({ records: 1, outcomes: { accepted: 2, reput: 1, reputIn: 2 } });
    expect(Object.values(summary.lines)).toEqual([2, 1]);
  });

  it('keeps the beginning of a line no stream would take, and says where the rest is', async () => {
    const lake = fresh('lake');
    const summary = await deliver(lake, [
      input({ 'long.ndjson': `${line(1)}${line(2, 'acme', 'x'.repeat(9_000_000))}${line(3)}` }),
    ]);
    expect(summary).toMatchObject({ records: 3, outcomes: { accepted: 2, quarantined: { too_large: 1 } } });
    expect(readdirSync(join(lake, 'errors'))).toEqual(['record-too-large']);
  });

  it('carries the greatest quantity into Parquet and ledger without loss', async () => {
    const lake = fresh('lake');
    const log = '192.0.2.7 - - [23/Nov/2026:10:00:00 +0000] "GET /x HTTP/1.1" 200 9223372036854 "-" "-"';
    await deliver(lake, [input({ 'a.ndjson': line(1, 'acme', log) + line(2, 'acme', log) })]);
    await buildLedger({ ...settings(lake), clock: () => NOW });
    expect((await eventLines(lake)).join()).toContain('9223372036854000000');
    expect((await reconcile(settings(lake))).ok).toBe(true);
  });

  it('reads standard input, once', async () => {
    const lake = fresh('lake');
    const stdin = () =>
      Readable.from([Buffer.from(line(1)), Buffer.from(line(2).slice(0, 20)), Buffer.from(line(2).slice(20))]);
    expect(await deliver(lake, ['-'], { stdin: stdin() })).toMatchObject({ records: 2 });
    expect(await deliver(lake, ['-'], { stdin: stdin() })).toMatchObject({ records: 0 });
  });

  it('cuts a recorded stream by its index, and refuses one that does not fit', async () => {
    const records = [line(1), `${line(2)}${line(3)}`];
    const entry = {
      arrival: Date.parse('2026-11-20T00:00:00Z'),
      stream: 's',
      shard: 'shardId-0',
      sequence: '99999999999999999999',
      lengths: records.map((text) => Buffer.byteLength(text)),
    };
    const summary = await deliver(fresh('lake'), [
      input({ 'r.ndjson': records.join(''), 'r.ndjson.arrivals': `${JSON.stringify(entry)}\n` }),
    ]);
    expect(summary).toMatchObject({ records: 2, lines: { 'tenant_id=acme/dt=2026-11-20': 3 } });
    const short = input({ 'r.ndjson': records[0] ?? '', 'r.ndjson.arrivals': `${JSON.stringify(entry)}\n` });
    await expect(deliver(fresh('lake'), [short])).rejects.toThrow(
      /r\.ndjson\.arrivals:1: the arrival index does not fit its file/,
    );
    const long = input({ 'r.ndjson': `${records.join('')}more`, 'r.ndjson.arrivals': `${JSON.stringify(entry)}\n` });
    await expect(deliver(fresh('lake'), [long])).rejects.toThrow(/ends before its file/);
  });

  it('commits nothing when the transform breaks the contract', async () => {
    const lake = fresh('lake');
    const broken = { createTransform: () => async () => ({ records: [] }) };
    await expect(deliver(lake, [input(THREE)], broken)).rejects.toThrow(
      /broke Firehose's contract: expected 4 answers, got 0/,
    );
    expect(readdirSync(lake)).not.toContain('events');
  });

  it('stops between batches when asked to, and says how to go on', async () => {
    const signal = AbortSignal.abort();
    await expect(deliver(fresh('lake'), [input(THREE)], { signal })).rejects.toThrow(/run the same command again/);
  });

  it('refuses a lake that another process holds', async () => {
    const lake = fresh('lake');
    await deliver(lake, [input(THREE)]);
    mkdirSync(join(lake, '.staging'), { recursive: true });
    writeFileSync(join(lake, '.staging/run.lock'), '1 another-host');
    await expect(deliver(lake, [input(THREE)])).rejects.toThrow(/another run is writing to this lake/);
  });
});
