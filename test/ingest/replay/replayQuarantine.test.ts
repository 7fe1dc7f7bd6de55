import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { replayQuarantine, runDelivery } from '../../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../../model/index.js';
import { buildLedger, reconcile } from '../../../queries/index.js';
import { eventLines, ledgerLines } from '../../e2e/truth.js';

const root = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const registryOf = (namespaces: Readonly<Record<string, string>>) =>
  buildRegistry({
    tenants: Object.entries(namespaces).map(([id, name]) => tenantSchema.parse({ id, namespaces: [name] })),
  });
// acme's namespace was written down wrong at first; globex was right from the start.
const WRONG = registryOf({ acme: 'tenant-acmee', globex: 'tenant-globex', initech: 'initech' });
const RIGHT = registryOf({ acme: 'tenant-acme', globex: 'tenant-globex', initech: 'tenant-initech' });
const ARRIVED = Date.parse('2026-11-20T10:00:00Z');
const NOW = Date.parse('2026-11-24T08:00:00Z');
let folders = 0;

const common = {
  trust: 'namespace',
  platformStream: 'platform',
  stream: 'tenantscope-local',
  memoryMb: 256,
  threads: 1,
} as const;

async function damaged(lines: readonly string[]): Promise<string> {
  const lake = join(root, `lake-${folders}`);
  const input = join(root, `input-${folders++}`);
  mkdirSync(input);
  writeFileSync(join(input, 'a.ndjson'), lines.map((line) => `${line}\n`).join(''));
  await runDelivery({ ...common, inputs: [input], lake, registry: WRONG, clock: () => ARRIVED });
  return lake;
}

const replay = (lake: string, over: Partial<Parameters<typeof replayQuarantine>[0]> = {}) =>
  replayQuarantine({ ...common, lake, registry: RIGHT, clock: () => NOW, dryRun: false, ...over });

const line = (tenant: string, log: string, offset?: number): string =>
  JSON.stringify({
    time: '2026-11-20T09:59:00Z',
    log,
    tenant_id: tenant,
    namespace: `tenant-${tenant}`,
    ...(offset === undefined ? {} : { pod: 'p', file: 'f', offset }),
  });

// Two of acme's lines are equal and carry no position: two lines all the same.
const LINES = [
  line('acme', 'one', 1),
  line('globex', 'two', 2),
  'not json',
  line('acme', 'same'),
  line('acme', 'same'),
];

/** Every file of the lake with its hash. */
function contentOf(lake: string): Record<string, string> {
  const files = readdirSync(lake, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

describe('replayQuarantine', () => {
  it('dry run: says what would pass and what would fail again and why, and writes nothing', async () => {
    const lake = await damaged(LINES);
    const before = contentOf(lake);
    expect(await replay(lake, { dryRun: true })).toEqual({
      records: 4,
      passing: 3,
      split: 0,
      failing: { undecodable: 1 },
    });
    expect(await replay(lake, { dryRun: true, registry: WRONG })).toEqual({
      records: 4,
      passing: 0,
      split: 0,
      failing: { identity_mismatch: 3, undecodable: 1 },
    });
    expect(contentOf(lake)).toEqual(before);
  });

  it('delivers what passes under its first arrival date, and nothing else', async () => {
    const lake = await damaged(LINES);
    const summary = await replay(lake);
    expect(summary).toMatchObject({ records: 4, passing: 3, failing: { undecodable: 1 } });
    expect(summary.delivery).toMatchObject({
      records: 3,
      outcomes: { accepted: 3, quarantined: {} },
      lines: { 'tenant_id=acme/dt=2026-11-20': 3 },
    });
    const settings = { lake, memoryMb: 256, threads: 1 };
    await buildLedger({ ...settings, clock: () => NOW });
    expect((await eventLines(lake)).length).toBe(4);
  });

  it('replayed twice counts once, also when other records pass the second time', async () => {
    const lake = await damaged([...LINES, line('initech', 'four', 4)]);
    // acme is mended first, initech later: the second time acme's records pass again, beside the new one.
    const half = { registry: registryOf({ acme: 'tenant-acme', globex: 'tenant-globex', initech: 'initech' }) };
    await replay(lake, half);
    const again = await replay(lake, half);
    expect(again.delivery).toMatchObject({ records: 0, outcomes: { accepted: 0 } });
    await replay(lake);
    const settings = { lake, memoryMb: 256, threads: 1 };
    await buildLedger({ ...settings, clock: () => NOW });
    expect((await reconcile(settings)).checks.filter((check) => !check.ok)).toEqual([]);
    const events = (await ledgerLines(lake)).filter((entry) => entry.includes('log_events'));
    expect(events.map((entry) => [entry.split(' | ')[0], entry.split(' in ')[1]])).toEqual([
      ['acme', '3'],
      ['globex', '1'],
      ['initech', '1'],
    ]);
  });

  it('takes only what has the reason asked for, the one of then', async () => {
    const lake = await damaged(LINES);
    expect(await replay(lake, { reason: 'undecodable', dryRun: true })).toMatchObject({
      records: 1,
      passing: 0,
      failing: { undecodable: 1 },
    });
    expect(await replay(lake, { reason: 'identity_mismatch' })).toMatchObject({ records: 3, passing: 3, failing: {} });
  });

  it('takes only what arrived in the window', async () => {
    const lake = await damaged(LINES);
    expect(await replay(lake, { dryRun: true, since: ARRIVED + 1 })).toMatchObject({ records: 0 });
    expect(await replay(lake, { dryRun: true, until: ARRIVED })).toMatchObject({ records: 0 });
    expect(await replay(lake, { dryRun: true, since: ARRIVED, until: ARRIVED + 1 })).toMatchObject({ records: 4 });
  });

  it('reads what Firehose wrote, format-conversion failures included', async () => {
    const lake = await damaged([line('globex', 'x', 9)]);
    const folder = join(lake, 'errors', 'format-conversion-failed', '2026');
    mkdirSync(folder, { recursive: true });
    const rawData = Buffer.from(`${line('acme', 'from aws', 7)}\n`).toString('base64');
    const record = { attemptsMade: 1, arrivalTimestamp: ARRIVED, lastErrorCode: 'DataFormatConversion', rawData };
    writeFileSync(join(folder, 'stream-1'), `${JSON.stringify(record)}\n`);
    expect(await replay(lake)).toMatchObject({ records: 1, passing: 1, delivery: { outcomes: { accepted: 1 } } });
  });

  it('refuses what is no error object, by file and line, before it delivers anything', async () => {
    const lake = await damaged(LINES);
    const file = join(lake, 'errors', 'zzz');
    writeFileSync(file, '{"arrivalTimestamp":1,"rawData":""}\nhello\n');
    const before = contentOf(lake);
    await expect(replay(lake)).rejects.toThrow(`${file}:2: not a line of an error object`);
    expect(contentOf(lake)).toEqual(before);
  });

  it('refuses a folder that is no lake, and makes none', async () => {
    const nowhere = join(root, 'nowhere');
    await expect(replay(nowhere)).rejects.toMatchObject({ code: 'LAKE_NOT_FOUND' });
    expect(readdirSync(root)).not.toContain('nowhere');
  });

  it('has nothing to do in a lake without quarantine', async () => {
    const lake = await damaged([line('globex', 'x', 9)]);
    expect(await replay(lake)).toEqual({ records: 0, passing: 0, split: 0, failing: {} });
  });
});
