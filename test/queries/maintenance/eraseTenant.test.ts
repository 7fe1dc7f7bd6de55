import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { erasurePorts } from '../../../ingest/index.js';
import { buildRegistry, tenantSchema, type UtcDay } from '../../../model/index.js';
import {
  compactLake,
  eraseTenant,
  formatReconcile,
  listErasures,
  localExports,
  rebuildLedger,
  reconcile,
  retainLake,
  TenantNames,
  verifyCompactions,
  verifyLedger,
} from '../../../queries/index.js';
import { ask, book, deliver, entriesOf, filesIn, limits, lock, openLake, type Printed, registry } from './lakes.js';

const root = mkdtempSync(join(tmpdir(), 'erase-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const base = join(root, 'base');
const ZEBRA = 'zebra-co';
const NOW = '2026-11-25T08:00:00Z';
const keys = generateKeyPairSync('ed25519');
const strangers = buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })] });

let copies = 0;
function copyOf(lake: string): string {
  const copy = join(root, `copy-${copies++}`);
  cpSync(lake, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}
type Over = Partial<Parameters<typeof eraseTenant>[0]>;
const erase = (lake: string, over: Over & { at?: string; id?: string } = {}) => {
  const { at = NOW, id = ZEBRA, ...rest } = over;
  return eraseTenant({
    ...limits,
    lake,
    lock,
    tenant: new TenantNames(id, [`tenant-${id}`], registry.tenants.keys()),
    clock: () => Date.parse(at),
    ports: erasurePorts,
    stores: [],
    exports: [],
    exportsDays: 3653,
    signingKey: keys.privateKey,
    reference: `letter of ${id}`,
    version: 'test',
    dryRun: false,
    ...rest,
  });
};

/** Every place in a lake that names a tenant: paths, bytes, rows of Parquet, and what is packed in quarantined records. */
async function placesNaming(lake: string, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  for (const path of filesIn(lake, '.').map((file) => file.replace(/^\.\//, ''))) {
    const bytes = readFileSync(join(lake, path));
    const texts = [path, bytes.toString('latin1')];
    if (path.endsWith('.parquet')) {
      const rows = await connection.runAndReadAll(
        `select cast(t as varchar) from read_parquet('${join(lake, path)}', hive_partitioning = false) t`,
      );
      texts.push(...rows.getRows().map(([text]) => String(text)));
    }
    if (path.startsWith('errors/')) {
      for (const line of bytes
        .toString('utf8')
        .split('\n')
        .filter((text) => text !== '')) {
        const raw = Buffer.from(JSON.parse(line).rawData, 'base64');
        texts.push((raw[0] === 0x1f ? gunzipSync(raw) : raw).toString('latin1'));
      }
    }
    if (texts.some((text) => text.includes(name))) found.push(path);
  }
  connection.closeSync();
  instance.closeSync();
  return found;
}

const printed = (table: string, units: number, tenant?: string): string =>
  JSON.stringify({
    time: '2026-11-20T09:30:00Z',
    metering: {
      ...{ v: 1, service: 'DynamoDB', operation: 'GetItem' },
      ...(tenant === undefined ? {} : { tenant_id: tenant }),
      usage: [{ resource: table, read_units: units, requests: 1 }],
    },
  });
const signIn = (user: string): string =>
  JSON.stringify({ time: '2026-11-20T09:30:00Z', cognito_event: 'SignIn', user });
const line = (tenant: string, offset: number, time: string, log?: string): Printed => ({
  tenant,
  offset,
  time,
  ...(log === undefined ? {} : { log }),
});

beforeAll(async () => {
  const at = (hour: string, day = '20') => `2026-11-${day}T${hour}:00:00Z`;
  await deliver(base, '2026-10-01T12:00:00Z', [
    line(ZEBRA, 900, '2026-10-01T10:00:00Z'),
    line('acme', 900, '2026-10-01T10:00:00Z'),
  ]);
  await book(base, '2026-10-01T12:30:00Z');
  // Before it was registered: its lines are nobody's, with its name beside them.
  await deliver(base, at('12'), [line(ZEBRA, 1, at('10'), printed('zebra-co-orders', 3)), line('acme', 1, at('10'))], {
    known: strangers,
    folder: `from-${ZEBRA}`,
  });
  await book(base, at('13'));
  await deliver(base, at('14'), [
    line(ZEBRA, 2, at('11'), printed('zebra-co-orders', 5)),
    line(ZEBRA, 3, at('11'), printed('pooled', 7)),
    line(ZEBRA, 3, at('11'), printed('pooled', 7)),
    line('acme', 2, at('11'), printed('pooled', 11)),
    line('globex', 2, at('11'), signIn('someone')),
    line(ZEBRA, 4, at('11'), signIn('jo@zebra-co.example')),
    // Of no namespace of its own: quarantined.
    { ...line(ZEBRA, 5, at('11')), namespace: 'tenant-acme' },
  ]);
  await deliver(base, at('15'), [
    line('_shared', 1, at('12'), printed('pooled', 13, ZEBRA)),
    line('_shared', 2, at('12'), printed('pooled', 17, 'acme')),
    line('_shared', 3, at('12'), 'synced zebra-co-orders'),
  ]);
  await book(base, at('16'));
  await book(base, at('08', '21'));
  await deliver(base, at('09', '22'), [line(ZEBRA, 6, at('08', '22')), line('acme', 6, at('08', '22'))]);
  await book(base, at('10', '22'));
  await book(base, at('08', '23'));
});

const sumsOf = (lake: string) =>
  ask(lake, 'select service, meter, unit, sum(quantity_micros), sum(events) from ledger group by all order by all');
const othersOf = (lake: string) =>
  ask(
    lake,
    `select * from ledger where tenant_id in ('acme', 'globex', '_shared') and emitter <> '_unknown' order by all`,
  );

async function expectErased(lake: string, sums: readonly string[], others: readonly string[]): Promise<void> {
  expect(await placesNaming(lake, 'zebra')).toEqual([]);
  expect(await sumsOf(lake)).toEqual(sums);
  expect(await othersOf(lake)).toEqual(others);
  expect(
    await ask(lake, "select distinct tenant_id from ledger where tenant_id like 'z%' or emitter like 'z%'"),
  ).toEqual([]);
  const verified = await verifyLedger({ ...limits, lake });
  expect(verified.differing).toEqual([]);
  expect(formatReconcile(await reconcile({ ...limits, lake }))).not.toContain('DIFFERS');
}

describe('tenant erase', () => {
  it('says store by store what would go, and changes nothing', async () => {
    const lake = copyOf(base);
    const before = filesIn(lake, '.').map((path) => [path, readFileSync(join(lake, path)).toString('base64')]);
    const summary = await erase(lake, { dryRun: true });
    expect(summary).toMatchObject({
      events: { objects: 3, lines: 6 },
      platform: { objects: 2, rows: 3 },
      quarantine: { removed: 1, changed: 0 },
      kept: [],
      earlier: [],
    });
    expect(summary.ledger.rows).toBeGreaterThan(5);
    expect(summary.record).toBeUndefined();
    expect(filesIn(lake, '.').map((path) => [path, readFileSync(join(lake, path)).toString('base64')])).toEqual(before);
  });

  it('leaves no byte that names the tenant, every total as it was, and everybody else untouched', async () => {
    const lake = copyOf(base);
    const [sums, others] = [await sumsOf(lake), await othersOf(lake)];
    const lines = await ask(lake, "select * from events where tenant_id in ('acme', 'globex') order by all");
    const { record } = await erase(lake);
    await expectErased(lake, sums, others);
    expect(await ask(lake, "select * from events where tenant_id in ('acme', 'globex') order by all")).toEqual(lines);
    expect(
      await ask(
        lake,
        `select emitter, resource, operation, meter, sum(quantity_micros) from ledger where tenant_id = '_erased' and service = 'DynamoDB' group by all order by all`,
      ),
    ).toEqual([
      '_erased|||read_units|12000000',
      '_erased|||requests|2000000',
      '_shared|||read_units|13000000',
      '_shared|||requests|1000000',
    ]);
    // The platform's events are there, and tell of others as before.
    expect(
      await ask(
        lake,
        "select body is null, usage[1].tenant_id, usage[1].resource from events where tenant_id = '_shared' order by event_id",
      ),
    ).toHaveLength(3);
    expect(
      await ask(
        lake,
        "select tenant_id, sum(quantity_micros) from event_usage where service = 'DynamoDB' and meter = 'read_units' and emitter = '_shared' group by all order by all",
      ),
    ).toEqual(['_erased|13000000', 'acme|17000000']);
    const [entry] = await entriesOf(lake, 'erasure');
    expect(entry?.record).toBe(record?.path);
    const engine = await openLake(lake);
    expect(engine.gaps).toEqual([]);
    expect(await engine.eventGaps?.()).toEqual([
      '3 booked objects were erased with their tenant: their lines are not shown',
    ]);
    await engine.close();
    await rebuildLedger({ ...limits, lake });
    await expectErased(lake, sums, others);
  });

  it('keeps a record that proves the totals, names nobody, and is signed', async () => {
    const lake = copyOf(base);
    const { record } = await erase(lake);
    const text = readFileSync(join(lake, record?.path ?? ''), 'utf8');
    const read = JSON.parse(text);
    expect(read).toMatchObject({
      finished_at: '2026-11-25T08:00:00.000Z',
      totals_equal: true,
      reference: 'letter of _erased',
    });
    expect(read.found.events).toMatchObject({ files: 3, rows: 0 });
    expect(read.totals.find((total: { meter: string }) => total.meter === 'read_units')).toEqual({
      service: 'DynamoDB',
      meter: 'read_units',
      unit: 'ReadUnits',
      quantity_micros: { before: '56000000', after: '56000000' },
      events: { before: '6', after: '6' },
      moved_to_erased_micros: '25000000',
    });
    const list = (over: Partial<Parameters<typeof listErasures>[0]> = {}) => listErasures({ lake, ...over });
    expect(await list({ publicKey: keys.publicKey, tenant: ZEBRA })).toMatchObject([{ signature: 'valid', ok: true }]);
    expect(await list({ tenant: 'acme' })).toEqual([]);
    expect(await list({ publicKey: generateKeyPairSync('ed25519').publicKey })).toMatchObject([{ ok: false }]);
    writeFileSync(join(lake, record?.path ?? ''), text.replace('56000000', '56000001'));
    expect(await list()).toMatchObject([{ ok: false, signature: 'the record is not the one the log has the hash of' }]);
  });

  it('a second time finds nothing left; an unknown name is refused', async () => {
    const lake = copyOf(base);
    await erase(lake);
    const before = await entriesOf(lake, 'erasure');
    const again = await erase(lake);
    expect(again).toMatchObject({
      events: { objects: 0 },
      ledger: { rows: 0 },
      earlier: [{ record: before[0]?.record }],
    });
    expect(again.record).toBeUndefined();
    expect(await entriesOf(lake, 'erasure')).toEqual(before);
    await expect(erase(lake, { id: 'zebra' })).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  });

  it('takes both the compacted lines and what they replaced, while that is still there', async () => {
    const lake = copyOf(base);
    const work = { ...limits, lake, lock, dryRun: false, before: '2026-11-24' as UtcDay, targetBytes: 2 ** 27 };
    const compact = (at: string) =>
      compactLake({ ...work, wholeDates: true, graceMs: 86_400_000, clock: () => Date.parse(at) });
    await compact('2026-11-24T08:00:00Z');
    const [sums, others] = [await sumsOf(lake), await othersOf(lake)];
    await erase(lake, { at: '2026-11-24T09:00:00Z' });
    await expectErased(lake, sums, others);
    expect(await verifyCompactions({ ...limits, lake })).toMatchObject({ ok: true, hashed: 0 });
    expect((await compact('2026-11-26T08:00:00Z')).removed.files).toBeGreaterThan(3);
    await expectErased(lake, sums, others);
  });

  it('takes compacted lines, and identities of lines past their retention', async () => {
    const lake = copyOf(base);
    const work = { ...limits, lake, lock, dryRun: false };
    const compaction = { before: '2026-11-24' as UtcDay, targetBytes: 2 ** 27, wholeDates: true, graceMs: 86_400_000 };
    await compactLake({ ...work, clock: () => Date.parse('2026-11-24T08:00:00Z'), ...compaction });
    await compactLake({ ...work, clock: () => Date.parse('2026-11-26T08:00:00Z'), ...compaction });
    await retainLake({ ...work, clock: () => Date.parse('2026-11-26T08:00:00Z'), daysOf: () => 30, errorsDays: 400 });
    const [sums, others] = [await sumsOf(lake), await othersOf(lake)];
    const summary = await erase(lake, { at: '2026-11-26T09:00:00Z' });
    expect(summary.ids).toBe(1);
    await expectErased(lake, sums, others);
    // The other line past its retention is still known.
    await deliver(lake, '2026-11-26T10:00:00Z', [line('acme', 900, '2026-10-01T10:00:00Z')]);
    expect(await book(lake, '2026-11-26T10:05:00Z')).toMatchObject({ events: 0, duplicates: 1 });
    await compactLake({ ...work, clock: () => Date.parse('2026-11-30T08:00:00Z'), ...compaction });
    expect((await verifyLedger({ ...limits, lake })).differing).toEqual([]);
  });

  it('erases two tenants one after the other', async () => {
    const lake = copyOf(base);
    const sums = await sumsOf(lake);
    await erase(lake);
    await erase(lake, { id: 'acme' });
    expect(await placesNaming(lake, 'zebra')).toEqual([]);
    expect(await placesNaming(lake, 'acme')).toEqual([]);
    expect(await sumsOf(lake)).toEqual(sums);
    expect((await verifyLedger({ ...limits, lake })).differing).toEqual([]);
    expect(formatReconcile(await reconcile({ ...limits, lake }))).not.toContain('DIFFERS');
  });

  it('lists the exports that name it and must stay, and until when', async () => {
    const lake = copyOf(base);
    const exports = join(root, 'billing');
    const folder = join(exports, 'BILLING_PERIOD=2026-10');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'charges.csv'), 'tenant_id,amount\r\nzebra-co,1.00\r\n');
    writeFileSync(join(folder, 'other.csv'), 'tenant_id,amount\r\nacme,1.00\r\n');
    const { kept, record } = await erase(lake, { exports: [localExports(exports)] });
    expect(kept).toMatchObject([{ path: join(folder, 'charges.csv'), until: '2036-11-01' }]);
    expect(JSON.parse(readFileSync(join(lake, record?.path ?? ''), 'utf8')).kept).toMatchObject([
      { until: '2036-11-01' },
    ]);
    expect(readFileSync(join(folder, 'charges.csv'), 'utf8')).toContain('zebra-co');
  });
});

describe('lines that come after an erasure', () => {
  it('count as _erased at once, are shown to nobody, and go with the next erasure', async () => {
    const lake = copyOf(base);
    await erase(lake);
    await deliver(lake, '2026-11-25T09:00:00Z', [
      line(ZEBRA, 70, '2026-11-25T08:30:00Z', printed('zebra-co-orders', 2)),
      line('acme', 70, '2026-11-25T08:30:00Z', printed('pooled', 2)),
    ]);
    await deliver(lake, '2026-11-25T09:05:00Z', [
      line('_shared', 71, '2026-11-25T08:30:00Z', printed('zebra-co-x', 4, ZEBRA)),
    ]);
    expect(await book(lake, '2026-11-25T09:30:00Z')).toMatchObject({ rows: 3, events: 3 });
    const sums = await sumsOf(lake);
    const others = await othersOf(lake);
    const shown =
      "select count(*) from ledger where tenant_id = 'zebra-co' or emitter = 'zebra-co' or resource like '%zebra%'";
    expect(await ask(lake, shown)).toEqual(['0']);
    expect(await ask(lake, "select count(*) from events where tenant_id = 'zebra-co'")).toEqual(['0']);
    expect(
      await ask(lake, "select count(*) from event_usage where tenant_id = 'zebra-co' or resource like '%zebra%'"),
    ).toEqual(['0']);
    expect(
      await ask(lake, "select sum(quantity_micros) from ledger where tenant_id = '_erased' and meter = 'read_units'"),
    ).toEqual(['31000000']);
    expect((await verifyLedger({ ...limits, lake })).differing).toEqual([]);
    expect(formatReconcile(await reconcile({ ...limits, lake }))).not.toContain('DIFFERS');
    const again = await erase(lake, { at: '2026-11-25T10:00:00Z' });
    expect(again).toMatchObject({ events: { objects: 1, lines: 1 }, record: expect.anything() });
    await expectErased(lake, sums, others);
    expect(await entriesOf(lake, 'erasure')).toHaveLength(2);
  });
});

it('lines of a shared service that come after an erasure say no user of the tenant, and those of others', async () => {
  const lake = copyOf(base);
  await erase(lake);
  const by = (user: string, tenant: string): string =>
    JSON.stringify({ ...JSON.parse(printed('pooled', 4, tenant)), user_id: user, 'http.route': `/of/${user}` });
  await deliver(lake, '2026-11-25T09:00:00Z', [
    line('_shared', 80, '2026-11-25T08:30:00Z', by('zed', ZEBRA)),
    line('_shared', 81, '2026-11-25T08:30:00Z', by('ann', 'acme')),
  ]);
  await book(lake, '2026-11-25T09:30:00Z');
  const callers = `select distinct tenant_id, coalesce(user_id, '-'), coalesce(http_route, '-') from event_usage
    where dt = '2026-11-25' and service = 'DynamoDB' order by 1`;
  expect(await ask(lake, callers)).toEqual(['_erased|-|-', 'acme|ann|/of/ann']);
});

describe('an erasure that is interrupted', () => {
  it.each(['begun', 'staged', 'journal', 'log', 'rewritten', 'removed', 'ledger', 'recorded', 'ended'] as const)(
    'when %s is finished by the next run as one',
    async (point) => {
      const lake = copyOf(base);
      const [sums, others] = [await sumsOf(lake), await othersOf(lake)];
      const fault = (at: string): void => {
        if (at === point) throw new Error('crash');
      };
      await expect(erase(lake, { fault })).rejects.toThrow('crash');
      const engine = await openLake(lake);
      expect(engine.gaps.some((gap) => gap.includes('run the same tenantscope tenant erase again'))).toBe(true);
      expect((await engine.query('select count(*) from ledger')).rows[0]?.[0]).toBeGreaterThan(0n);
      await engine.close();
      await erase(lake, { at: '2026-11-25T09:00:00Z' });
      await expectErased(lake, sums, others);
      expect(await entriesOf(lake, 'erasure')).toHaveLength(1);
      expect(filesIn(lake, 'erasures')).toHaveLength(2);
      const [record] = await listErasures({ lake, publicKey: keys.publicKey, tenant: ZEBRA });
      expect(record).toMatchObject({ ok: true, signature: 'valid' });
      const { found } = JSON.parse(readFileSync(join(lake, record?.record ?? ''), 'utf8'));
      expect(found.events.files).toBe(3);
    },
  );
});
