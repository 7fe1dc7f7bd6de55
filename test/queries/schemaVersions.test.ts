import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, EVENT_SCHEMA_VERSION, tenantSchema } from '../../model/index.js';
import { buildLedger, openDuckDb, reconcile, verifyLedger } from '../../queries/index.js';
import { writeHandMadeObject } from './handMadeObject.js';

const root = mkdtempSync(join(tmpdir(), 'schema-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const registry = buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })] });
const base = { memoryMb: 256, threads: 1, clock: () => Date.parse('2026-11-23T12:00:00Z') };

/** What a program before version 1 could have written: fewer columns, narrower ones, usage with fewer fields. */
const OLD = `select 'old' as event_id, timestamp '2026-11-23 10:00:00' as id_hour, timestamp '2026-11-23 10:00:01' as event_time,
  timestamp '2026-11-23 10:00:02' as arrival_time, 'an old line' as body, 7::integer as source_offset,
  [{service: 'Old', meter: 'things', tenant_id: 'acme', resource: '', operation: '', unit: 'Things', kind: 'sum', quantity_micros: 5::integer}] as usage`;

async function deliver(lake: string): Promise<void> {
  const file = join(root, 'new.ndjson');
  const envelope = { tenant_id: 'acme', namespace: 'tenant-acme', pod: 'p', container: 'c', file: 'f' };
  const line = { ...envelope, time: '2026-11-23T10:30:00Z', log: 'a new line', offset: 5_000_000_000 };
  writeFileSync(file, `${JSON.stringify(line)}\n`);
  const identity = { registry, trust: 'namespace', platformStream: 'p', stream: 's' } as const;
  await runDelivery({ ...base, ...identity, lake, inputs: [file] });
}

describe('files of an older version of the event table', () => {
  // In whichever order files come, neither may set the columns of the other.
  it.each(['0-before-the-new', 'z-after-the-new'])('are read beside new ones, %s', async (name) => {
    const lake = join(root, name);
    await deliver(lake);
    await writeHandMadeObject(lake, { emitter: 'acme', dt: '2026-11-23', name, rows: OLD });
    await buildLedger({ ...base, lake });
    const engine = await openDuckDb({ ...base, lake, listPrices: [], registry });
    const lines = await engine.query(
      "select body, source_offset, schema_version, pod, attributes['x'], cardinality(attributes) is null from events order by body",
    );
    expect(lines.rows).toEqual([
      ['a new line', 5_000_000_000n, EVENT_SCHEMA_VERSION, 'p', null, false],
      ['an old line', 7n, null, null, null, true],
    ]);
    const usage = await engine.query(
      "select service, kind, series, quantity_micros from event_usage where service in ('Old', 'Pipeline') and meter <> 'log_bytes' order by 1",
    );
    expect(usage.rows).toEqual([
      ['Old', 'sum', null, 5n],
      ['Pipeline', 'sum', '', 1_000_000n],
    ]);
    expect((await engine.query("select quantity_micros from ledger where service = 'Old'")).rows).toEqual([[5n]]);
    await engine.close();
    expect((await verifyLedger({ ...base, lake })).ok).toBe(true);
    expect((await reconcile({ ...base, lake })).ok).toBe(true);
  });

  it('are marked in the manifest, so that only they are read by name', async () => {
    const lake = join(root, '0-before-the-new');
    const manifest = JSON.parse(readFileSync(join(lake, 'ledger/manifests/0000000001.json'), 'utf8'));
    expect(manifest.objects.map((object: { schema_version: number }) => object.schema_version).sort()).toEqual([
      0,
      EVENT_SCHEMA_VERSION,
    ]);
  });
});

describe('a file of a newer version of the event table', () => {
  const NEWER = `${OLD.replace('select', `select ${EVENT_SCHEMA_VERSION + 1}::integer as schema_version,`)}, 'x' as a_new_column`;

  it('is not booked, with a message that says what to do', async () => {
    const lake = join(root, 'newer');
    await deliver(lake);
    const path = await writeHandMadeObject(lake, { emitter: 'acme', dt: '2026-11-23', name: 'newer', rows: NEWER });
    await expect(buildLedger({ ...base, lake })).rejects.toThrow(
      `${path}: an object of the lake has a newer schema than this program knows: expected schema_version ${EVENT_SCHEMA_VERSION} or less, got ${EVENT_SCHEMA_VERSION + 1}`,
    );
    expect(readdirSync(join(lake, '.staging'))).toEqual([]);
  });

  it('that a newer program booked is not half-read', async () => {
    const lake = join(root, 'newer-booked');
    await deliver(lake);
    await buildLedger({ ...base, lake });
    const manifest = join(lake, 'ledger/manifests/0000000001.json');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(
      manifest,
      text.replace(`"schema_version":${EVENT_SCHEMA_VERSION}`, `"schema_version":${EVENT_SCHEMA_VERSION + 1}`),
    );
    const engine = await openDuckDb({ ...base, lake, listPrices: [], registry });
    const asking = engine.query('select * from events');
    await expect(asking).rejects.toThrow(/newer schema than this program knows/);
    await expect(asking).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
    expect((await engine.query('select count(*) from ledger')).rows).toHaveLength(1);
    await engine.close();
  });
});
