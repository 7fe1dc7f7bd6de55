import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRegistry } from '../../model/index.js';
import { buildLedger, openDuckDb, rebuildLedger, verifyLedger } from '../../queries/index.js';
import { KnownLog } from '../../queries/ledger/checkpoint/KnownLog.js';
import { ABANDONED_MS } from '../../queries/ledger/dropAbandoned.js';
import { localStore } from '../../queries/store/localStore.js';
import type { ObjectStore } from '../../queries/store/ObjectStore.js';
import { ledgerLines } from '../e2e/truth.js';
import { ledgerFiles, type UsageLine, usageWriter } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'checkpoint-'));
let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => {
  writer.close();
  rmSync(root, { recursive: true, force: true });
});

const HOUR = 3_600_000;
const START = Date.UTC(2026, 11, 2, 12);
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
let lakes = 0;
const fresh = (): string => join(root, `lake-${lakes++}`);
const line = (id: string, hours: number, emitter = 'acme'): UsageLine => ({
  id,
  emitter,
  operation: '',
  kind: 'sum',
  series: '',
  time: Date.UTC(2026, 10, 20) + hours * HOUR,
  quantity: 3n,
});

/** A lake's store that counts what is read through it, by folder. */
function counting(lake: string): { readonly store: ObjectStore; readonly reads: Record<string, number> } {
  const store = localStore(lake);
  const reads: Record<string, number> = {};
  return {
    reads,
    store: {
      ...store,
      read: (key) => {
        const folder = key.slice(0, key.lastIndexOf('/'));
        reads[folder] = (reads[folder] ?? 0) + 1;
        return store.read(key);
      },
    },
  };
}

const build = (lake: string, store?: ObjectStore, days = 0) =>
  buildLedger({ ...settings(lake), clock: () => START + days * 24 * HOUR, ...(store === undefined ? {} : { store }) });
const open = (lake: string, store: ObjectStore = localStore(lake)) =>
  openDuckDb({ ...settings(lake), store, listPrices: [], registry: buildRegistry({ tenants: [] }) });
const checkpoints = (lake: string): string[] => readdirSync(join(lake, 'ledger/checkpoints')).sort();
const checkpoint = (lake: string): string => join(lake, 'ledger/checkpoints', checkpoints(lake).at(-1) ?? '');

/** A lake with so many bookings, an hour each. */
async function booked(bookings: number): Promise<string> {
  const lake = fresh();
  for (let hour = 0; hour < bookings; hour++) {
    await writer.add(lake, [line(`${hour}`, hour)]);
    await build(lake);
  }
  return lake;
}

describe('a build', () => {
  it('with three new objects reads as much of log and journal after few bookings as after many', async () => {
    const costs = [];
    for (const bookings of [3, 20]) {
      const lake = await booked(bookings);
      for (const emitter of ['acme', 'globex', 'initech'])
        await writer.add(lake, [line(`new-${emitter}`, 100, emitter)]);
      const { store, reads } = counting(lake);
      expect(await build(lake, store)).toMatchObject({ bookings: 1, objects: 3, events: 3 });
      costs.push(reads);
    }
    expect(costs[0]).toEqual({ 'ledger/checkpoints': 2, 'ledger/manifests': 2, journal: 3 });
    expect(costs[1]).toEqual(costs[0]);
  });

  it('needs neither the objects nor the entries of earlier hours, and finds the duplicates of its own', async () => {
    const lake = await booked(4);
    rmSync(join(lake, 'events'), { recursive: true });
    for (const number of [1, 2, 3]) rmSync(join(lake, `ledger/manifests/000000000${number}.json`));
    rmSync(join(lake, 'journal'), { recursive: true });
    await writer.add(lake, [line('new', 9)]);
    expect(await build(lake)).toMatchObject({ bookings: 1, events: 1, duplicates: 0 });
    await writer.add(lake, [line('new', 9), line('newer', 9)]);
    expect(await build(lake)).toMatchObject({ bookings: 1, events: 1, duplicates: 1 });
    // What overlaps is asked for, and missed.
    await writer.add(lake, [line('2', 2)]);
    await expect(build(lake)).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
  });

  it('finds the duplicates of a sealed date by its entries', async () => {
    const lake = await booked(3);
    await build(lake, undefined, 1);
    await writer.add(lake, [line('1', 1), line('late', 1)]);
    const { store, reads } = counting(lake);
    expect(await build(lake, store, 1)).toMatchObject({ bookings: 1, events: 1, duplicates: 1 });
    // The entry of the checkpoint, the new one, and the sealed date's.
    expect(reads['ledger/manifests']).toBe(5);
  });

  it('books the same with checkpoints, without, and with every kind of bad one', async () => {
    const spoil: readonly ((lake: string) => void)[] = [
      () => undefined,
      (lake) => rmSync(join(lake, 'ledger/checkpoints'), { recursive: true, force: true }),
      (lake) => writeFileSync(checkpoint(lake), readFileSync(checkpoint(lake), 'utf8').slice(0, 99)),
      (lake) =>
        writeFileSync(checkpoint(lake), readFileSync(checkpoint(lake), 'utf8').replace('"version":2', '"version":1')),
      (lake) =>
        writeFileSync(
          checkpoint(lake),
          readFileSync(checkpoint(lake), 'utf8').replace(/"last_sha256":"...../, '"last_sha256":"00000'),
        ),
    ];
    const files = [];
    for (const harm of spoil) {
      const lake = fresh();
      let unit = 0;
      for (const [day, hours] of [
        [0, [0, 1]],
        [0, [1, 2]],
        [1, [2, 5]],
        [1, [0, 5, 6]],
        [2, [6]],
      ] as const) {
        await writer.add(
          lake,
          hours.map((hour) => line(`${hour}`, hour)),
          `${unit++}`,
        );
        await build(lake, undefined, day);
        harm(lake);
      }
      if (files.length === 0) expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
      files.push(ledgerFiles(lake));
    }
    for (const each of files) expect(each).toEqual(files[0]);
  });

  it('replaces a checkpoint that nobody can read', async () => {
    const lake = await booked(2);
    writeFileSync(join(lake, 'ledger/checkpoints/0000000003.json'), 'torn');
    await writer.add(lake, [line('new', 9)]);
    await build(lake);
    expect(checkpoints(lake)).toEqual(['0000000002.json', '0000000003.json']);
    expect((await KnownLog.open(counting(lake).store)).length).toBe(3);
    const { store, reads } = counting(lake);
    await build(lake, store);
    expect(reads).toEqual({ 'ledger/checkpoints': 1, 'ledger/manifests': 1 });
  });

  it('does not go by a checkpoint of a log that was replaced', async () => {
    const [lake, other] = [await booked(2), fresh()];
    await writer.add(other, [line('x', 1), line('y', 2)]);
    await build(other);
    for (const folder of ['manifests', 'bookings']) rmSync(join(lake, 'ledger', folder), { recursive: true });
    // Its own checkpoints stand beside a log that begins again.
    expect(await build(lake)).toMatchObject({ bookings: 1, objects: 2, events: 2 });
    expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
  });

  it('books nothing twice that another run booked out of a delivery which this one has not seen', async () => {
    const lake = await booked(1);
    const slow = await KnownLog.open(localStore(lake));
    expect(await slow.unbooked()).toEqual([]);
    const path = join(lake, 'journal');
    const before = readdirSync(path);
    await writer.add(lake, [line('new', 9)]);
    await build(lake);
    rmSync(join(lake, 'ledger/checkpoints'), { recursive: true });
    // It sees the booking, and the journal as it was before the delivery.
    const unit = readdirSync(path).find((name) => !before.includes(name)) ?? '';
    const text = readFileSync(join(path, unit), 'utf8');
    rmSync(join(path, unit));
    await slow.advance();
    await slow.writeCheckpoint();
    writeFileSync(join(path, unit), text);
    expect(readFileSync(checkpoint(lake), 'utf8')).not.toContain(unit.replace('.json', ''));
    expect(await build(lake)).toMatchObject({ bookings: 0 });
    await writer.add(lake, [line('newer', 10)]);
    expect(await build(lake)).toMatchObject({ bookings: 1, objects: 1 });
    const { others, units } = JSON.parse(readFileSync(checkpoint(lake), 'utf8')).journal;
    expect([others, units.length]).toEqual([[], 3]);
  });

  it('keeps the last two checkpoints, which name no tenant', async () => {
    const lake = await booked(4);
    expect(checkpoints(lake)).toEqual(['0000000003.json', '0000000004.json']);
    expect(readFileSync(checkpoint(lake), 'utf8')).not.toContain('acme');
  });
});

describe('a checkpoint that lies', () => {
  it('is found by verify, and removed by rebuild', async () => {
    const lake = await booked(2);
    const text = readFileSync(checkpoint(lake), 'utf8');
    writeFileSync(checkpoint(lake), text.replace('"objects":1', '"objects":7'));
    expect(await verifyLedger(settings(lake))).toMatchObject({
      ok: false,
      differing: [],
      checkpoints: [{ checkpoint: 'ledger/checkpoints/0000000002.json', differences: ['it is not what the log says'] }],
    });
    await writer.add(lake, [line('new', 9)]);
    const unit = readdirSync(join(lake, 'journal')).find((name) => !text.includes(name.replace('.json', ''))) ?? '';
    writeFileSync(checkpoint(lake), text.replace('"units":[', `"units":["${unit.replace('.json', '')}",`));
    expect((await verifyLedger(settings(lake))).checkpoints?.[0]?.differences).toEqual([
      `unit ${unit.replace('.json', '')} of the journal is not booked`,
    ]);
    await rebuildLedger(settings(lake));
    expect(existsSync(join(lake, 'ledger/checkpoints'))).toBe(false);
    expect(await build(lake)).toMatchObject({ bookings: 1 });
    expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
  });
});

describe('the embedded engine', () => {
  it('reads as much of log and journal after few bookings as after many, and the rest when lines are asked for', async () => {
    const costs = [];
    for (const bookings of [2, 10]) {
      const lake = await booked(bookings);
      await writer.add(lake, [line('new', 100)]);
      const { store, reads } = counting(lake);
      const engine = await open(lake, store);
      expect(engine.gaps.join()).toContain('1 objects of the lake are not booked');
      expect((await engine.query('select sum(events) from ledger')).rows).toEqual([[BigInt(bookings)]]);
      expect((await engine.query('select tenant_id, objects from unbooked')).rows).toEqual([['acme', 1n]]);
      costs.push({ ...reads });
      expect((await engine.query('select count(*) from events')).rows).toEqual([[BigInt(bookings)]]);
      await engine.close();
    }
    expect(costs[0]).toEqual({ 'ledger/checkpoints': 1, 'ledger/manifests': 1, journal: 1 });
    expect(costs[1]).toEqual(costs[0]);
  });

  it('shows the lines of what was booked when it was opened', async () => {
    const lake = await booked(2);
    const engine = await open(lake);
    await writer.add(lake, [line('new', 9)]);
    await build(lake);
    expect((await engine.query('select count(*) from main."EVENTS"')).rows).toEqual([[2n]]);
    expect((await engine.query('select count(*) from heartbeats')).rows).toEqual([[0n]]);
    await expect(engine.query('select count(*) from usage')).rejects.toThrow(/usage does not exist/);
    await engine.close();
    expect(await ledgerLines(lake)).toHaveLength(3);
  });
});

describe('work in progress', () => {
  it('of runs that died is removed after a day, that of others is left alone', async () => {
    const lake = await booked(1);
    const staging = join(lake, '.staging');
    const names = [
      'booking-0000000002-a',
      'sealed-2026-12-02-b',
      'recompute-c',
      'removed-d',
      'booking-0000000002-e',
      'unit',
    ];
    const old = new Date(Date.now() - ABANDONED_MS - 60_000);
    for (const name of names) {
      mkdirSync(join(staging, name), { recursive: true });
      writeFileSync(join(staging, name, 'usage.parquet'), 'torn');
      if (name.endsWith('-e')) continue;
      utimesSync(join(staging, name, 'usage.parquet'), old, old);
      utimesSync(join(staging, name), old, old);
    }
    const manifests = join(lake, 'ledger/manifests');
    for (const name of ['.0000000002.json.a', '.0000000002.json.e']) writeFileSync(join(manifests, name), 'torn');
    utimesSync(join(manifests, '.0000000002.json.a'), old, old);
    await build(lake);
    expect(readdirSync(staging).sort()).toEqual(['booking-0000000002-e', 'unit']);
    expect(readdirSync(manifests).sort()).toEqual(['.0000000002.json.e', '0000000001.json']);
  });
});
