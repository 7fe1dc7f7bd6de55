import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LogEntry, logEntrySchema, type UtcDay } from '../../model/index.js';
import { claimEntry, openDate, readLog, sealedDates } from '../../queries/ledger/ledgerLog.js';
import { openLedgerLog } from '../../queries/ledger/openLedgerLog.js';
import { localStore } from '../../queries/store/localStore.js';

const day = (text: string): UtcDay => text as UtcDay;
const seal = (number: number, date: string): LogEntry => ({ version: 1, kind: 'seal', number, booked_date: day(date) });
const booking = (number: number, date: string): LogEntry =>
  logEntrySchema.parse({
    version: 1,
    kind: 'booking',
    number,
    booked_date: date,
    objects: [
      {
        object: 'events/tenant_id=acme/dt=2026-11-23/one.parquet',
        emitter: 'acme',
        dt: '2026-11-23',
        rows: 1,
        sha256: '0'.repeat(64),
        id_hour_min: null,
        id_hour_max: null,
        event_hours: [],
      },
    ],
  });

describe('openDate', () => {
  const noon = Date.parse('2026-11-23T12:00Z');

  it('is today', () => {
    expect(openDate([], noon)).toBe('2026-11-23');
    expect(openDate([booking(1, '2026-11-22'), seal(2, '2026-11-22')], noon)).toBe('2026-11-23');
  });

  it('never goes back behind a booking, whatever the clock says', () => {
    expect(openDate([booking(1, '2026-11-24')], noon)).toBe('2026-11-24');
  });

  it('is never a sealed date', () => {
    expect(openDate([booking(1, '2026-11-23'), seal(2, '2026-11-23')], noon)).toBe('2026-11-24');
  });
});

describe('the log', () => {
  it('gives each number one winner, of whatever kind, and reads them in order', async () => {
    const lake = mkdtempSync(join(tmpdir(), 'tenantscope-log-'));
    expect(await claimEntry(lake, booking(1, '2026-11-23'), 'a')).toBe(true);
    expect(await claimEntry(lake, seal(2, '2026-11-23'), 'a')).toBe(true);
    expect(await claimEntry(lake, booking(2, '2026-11-23'), 'b')).toBe(false);
    const log = await readLog(lake);
    expect(log.map(({ kind }) => kind)).toEqual(['booking', 'seal']);
    expect(sealedDates(log)).toEqual(['2026-11-23']);
  });

  it('refuses a gap', async () => {
    const lake = mkdtempSync(join(tmpdir(), 'tenantscope-log-'));
    await claimEntry(lake, seal(2, '2026-11-23'), 'a');
    await expect(readLog(lake)).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
  });
});

it('names the first entry that is damaged, however fast the others are read', async () => {
  const store = localStore(mkdtempSync(join(tmpdir(), 'damaged-log-')));
  await store.create('ledger/manifests/0000000002.json', '{}');
  const slow = {
    ...store,
    read: async (key: string) => {
      if (key.endsWith('1.json'))
        for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return store.read(key);
    },
  };
  await expect(openLedgerLog(slow).read()).rejects.toMatchObject({
    code: 'LAKE_DAMAGED',
    details: { where: `${store.name}/ledger/manifests/0000000001.json` },
  });
});
