import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reattributeUnknown, replayQuarantine, runDelivery } from '../../ingest/index.js';
import { buildRegistry, type Registry, tenantSchema } from '../../model/index.js';
import { buildLedger, reconcile, selectEvents, verifyLedger } from '../../queries/index.js';
import { ledgerLines } from '../e2e/truth.js';
import { ledgerFiles } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'stays-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const registryOf = (...tenants: readonly (readonly [id: string, namespace: string])[]): Registry =>
  buildRegistry({ tenants: tenants.map(([id, namespace]) => tenantSchema.parse({ id, namespaces: [namespace] })) });
// initech's namespace was written down wrong at first, and globex was registered late.
const BEFORE = registryOf(['acme', 'tenant-acme'], ['initech', 'tenant-initec']);
const AFTER = registryOf(['acme', 'tenant-acme'], ['initech', 'tenant-initech'], ['globex', 'tenant-globex']);
const DAY_1 = Date.parse('2026-11-20T10:00:00Z');
const LATER = Date.parse('2026-11-30T15:00:00Z');
const DAY = 86_400_000;
const limits = { memoryMb: 256, threads: 1 } as const;
const common = { ...limits, trust: 'namespace', platformStream: 'platform', stream: 'cell' } as const;

/** A line of a tenant's file, which tells its own time, as an agent read it then. */
function line(tenant: string, offset: number, stamped = '2026-11-20T09:30:00Z'): string {
  const place = { pod: 'p', pod_uid: `uid-${tenant}`, container: 'app', file: 'app.log', offset: offset * 5000 };
  const usage = [{ resource: 'orders', read_units: offset }];
  const log = JSON.stringify({
    time: '2026-11-20T09:15:00Z',
    metering: { v: 1, service: 'DynamoDB', operation: 'GetItem', usage },
  });
  return JSON.stringify({ tenant_id: tenant, namespace: `tenant-${tenant}`, ...place, time: stamped, log });
}

let files = 0;
async function deliver(lake: string, lines: readonly string[], at: number, registry = BEFORE): Promise<void> {
  const input = join(root, `input-${files}`);
  mkdirSync(input);
  // A blank line makes the content of each file its own, so that equal lines come as duplicates, not as a known file.
  writeFileSync(join(input, 'a.ndjson'), lines.map((text) => `${text}\n`).join('') + '\n'.repeat(files++));
  await runDelivery({ ...common, inputs: [input], lake, registry, clock: () => at });
}
const build = (lake: string, at: number) => buildLedger({ ...limits, lake, clock: () => at });

const FIRST = ['acme', 'globex', 'initech'].flatMap((tenant) => [1, 2, 3, 4].map((offset) => line(tenant, offset)));
const base = join(root, 'base');
let firstInput = '';
beforeAll(async () => {
  firstInput = join(root, `input-${files}`);
  await deliver(base, FIRST, DAY_1);
  await build(base, DAY_1);
  expect(await build(base, DAY_1 + DAY)).toMatchObject({ sealed: ['2026-11-20'] });
});

let copies = 0;
function sealedLake(): string {
  const lake = join(root, `lake-${copies++}`);
  cpSync(base, lake, { recursive: true, preserveTimestamps: true });
  return lake;
}
const sealedFiles = (lake: string): [string, string][] =>
  Object.entries(ledgerFiles(lake)).filter(([path]) => path.includes('/sealed-2026-11-20/'));

/** Net quantity by tenant and meter, in millionths; nothing left out but zeroes. */
async function net(lake: string): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const text of await ledgerLines(lake)) {
    const [tenant, , , , , meter] = text.split(' | ');
    const key = `${tenant} ${meter}`;
    sums[key] = (sums[key] ?? 0) + Number(/: (-?\d+) in/.exec(text)?.[1] ?? 0) / 1e6;
  }
  return Object.fromEntries(Object.entries(sums).filter(([key, sum]) => sum !== 0 && !key.endsWith('log_bytes')));
}
const ACME = { 'acme log_events': 4, 'acme read_units': 10 };
const UNKNOWN = { '_unknown log_events': 4, '_unknown read_units': 10 };

/** What comes ten days after a date was sealed, and what the ledger must then say. */
const LATE: readonly (readonly [string, (lake: string) => Promise<unknown>, Record<string, number>])[] = [
  [
    'late objects of an old arrival date',
    (lake) =>
      deliver(
        lake,
        [5, 6].map((offset) => line('acme', offset)),
        DAY_1,
      ),
    { 'acme log_events': 6, 'acme read_units': 21, ...UNKNOWN },
  ],
  [
    'a replay of what was quarantined',
    (lake) => replayQuarantine({ ...common, lake, registry: AFTER, clock: () => LATER, dryRun: false }),
    { ...ACME, ...UNKNOWN, 'initech log_events': 4, 'initech read_units': 10 },
  ],
  [
    'an import of the same file',
    (lake) => runDelivery({ ...common, inputs: [firstInput], lake, registry: BEFORE, clock: () => LATER }),
    { ...ACME, ...UNKNOWN },
  ],
  [
    'a re-attribution of what was unknown',
    (lake) =>
      reattributeUnknown({
        ...limits,
        selectEvents,
        lake,
        registry: AFTER,
        trust: 'namespace',
        since: 0,
        until: LATER,
        clock: () => LATER,
        dryRun: false,
      }),
    { ...ACME, 'globex log_events': 4, 'globex read_units': 10 },
  ],
  [
    'duplicates',
    (lake) =>
      deliver(
        lake,
        [2, 3, 7].map((offset) => line('acme', offset)),
        LATER,
      ),
    { 'acme log_events': 5, 'acme read_units': 17, ...UNKNOWN },
  ],
  [
    'a file read again after its agent lost its positions',
    (lake) =>
      deliver(
        lake,
        [1, 2, 3, 4, 5].map((offset) => line('acme', offset, '2026-11-30T14:59:00Z')),
        LATER,
      ),
    { 'acme log_events': 5, 'acme read_units': 15, ...UNKNOWN },
  ],
];

describe('a sealed date stays as it is, byte for byte, and the totals are right', () => {
  it('before anything comes', async () => {
    expect(await net(base)).toEqual({ ...ACME, ...UNKNOWN });
    expect(sealedFiles(base).length).toBeGreaterThan(2);
  });

  it.each(LATE)('after %s', async (_what, happen, expected) => {
    const lake = sealedLake();
    const before = sealedFiles(lake);
    await happen(lake);
    await build(lake, LATER);
    await build(lake, LATER + DAY);
    await build(lake, LATER + 3 * DAY);
    expect(sealedFiles(lake)).toEqual(before);
    expect(await net(lake)).toEqual(expected);
    expect((await reconcile({ ...limits, lake })).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(await verifyLedger({ ...limits, lake })).toMatchObject({ ok: true });
  });
});
