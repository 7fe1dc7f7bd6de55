import { fork } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  addDays,
  arrivalDateOf,
  LAKE,
  type LogEntry,
  type Manifest,
  type UtcDay,
  utcDaySchema,
} from '../../model/index.js';
import { openLedgerLog } from '../../queries/index.js';
import { PathSet } from '../../queries/lake/PathSet.js';
import { KnownLog } from '../../queries/ledger/checkpoint/KnownLog.js';
import type { ObjectStore } from '../../queries/store/ObjectStore.js';

/**
 * `npm run bench:log [-- --days 30 --tenants 195]`: what a run of the ledger job takes to know a log of a bucket, where each tenant has
 * an object every five minutes, against reading all of it, which is what it did before it had checkpoints. The store makes entries as
 * they are asked for, so that the memory is that of whoever reads them. A process each.
 */
const BOOKINGS_A_DAY = 288;
const HOUR = 3_600_000;
const LAST = utcDaySchema.parse('2026-11-27');
const STEPS = [
  'all of the log',
  'first opened',
  'opened again',
  'with new objects',
  'all listed, first',
  'all listed, again',
] as const;

interface Size {
  readonly days: number;
  readonly tenants: number;
}

/** What a step took. */
interface Taken {
  readonly step: string;
  readonly entries_read: number;
  readonly mb_at_most: number;
  readonly cpu_s: number;
}

function objectsOf(day: UtcDay, booking: number, tenants: number): Manifest['objects'] {
  const at = Date.parse(day) + booking * 300_000;
  const hour = new Date(Math.floor(at / HOUR) * HOUR).toISOString();
  return Array.from({ length: tenants }, (_, tenant) => ({
    object: `events/tenant_id=tenant-${tenant}/dt=${day}/tenantscope-events-1-${new Date(at).toISOString().slice(0, 19)}-0b5a1c1e-${tenant}.parquet`,
    ...{ emitter: `tenant-${tenant}`, dt: day, rows: 1000, etag: '0123456789abcdef0123456789abcdef' },
    ...{ id_hour_min: hour, id_hour_max: hour, event_hours: [hour] },
  }));
}

/** A log of whole days, all but the last sealed; what is kept of it is kept in memory. */
function madeStore({ days, tenants }: Size) {
  const perDay = BOOKINGS_A_DAY + 1;
  const last = days * perDay - 1;
  const entry = (number: number): LogEntry | undefined => {
    if (number < 1 || number > last) return undefined;
    const day = addDays(LAST, Math.floor((number - 1) / perDay) + 1 - days);
    const booking = (number - 1) % perDay;
    if (booking === BOOKINGS_A_DAY) return { version: 1, kind: 'seal', number, booked_date: day };
    return { version: 1, kind: 'booking', number, booked_date: day, objects: objectsOf(day, booking, tenants) };
  };
  const kept = new Map<string, string>();
  const counts = { entries: 0 };
  const store: ObjectStore = {
    name: 'made',
    read: async (key) => {
      if (!key.startsWith(LAKE.manifests)) return kept.get(key);
      counts.entries += 1;
      // As a network would: so whoever looks at the memory has a turn.
      await setImmediate();
      const found = entry(Number(key.slice(LAKE.manifests.length + 1, -'.json'.length)));
      return found === undefined ? undefined : `${JSON.stringify(found)}\n`;
    },
    list: async (folder, after = '') => {
      const names =
        folder === LAKE.manifests
          ? Array.from({ length: last }, (_, at) => `${String(at + 1).padStart(10, '0')}.json`)
          : [...kept.keys()].flatMap((key) => (key.startsWith(`${folder}/`) ? [key.slice(folder.length + 1)] : []));
      return names.filter((name) => name > after).sort();
    },
    create: async (key, text) => {
      if (kept.has(key)) return false;
      kept.set(key, text);
      return true;
    },
    remove: async (key) => {
      kept.delete(key);
    },
    readCell: async () => undefined,
    writeCell: async () => undefined,
  };
  return { store, kept, counts };
}

/** What earlier runs have kept, for the steps behind them. */
async function prepared(size: Size, step: string, { store, counts }: ReturnType<typeof madeStore>): Promise<void> {
  if (step === 'all of the log' || step === 'first opened') return;
  const log = await KnownLog.open(store, { journal: false, keeps: true });
  await log.writeCheckpoint();
  if (step === 'all listed, again') await listed(log, size);
  counts.entries = 0;
}

/** Of every partition one object is left, and of the last three days all. */
async function listed(log: KnownLog, { days, tenants }: Size): Promise<void> {
  const [paths, dts] = [new PathSet(), new Set<string>()];
  for (let back = 0; back < days; back += 1) {
    for (let booking = 0; booking < (back < 3 ? BOOKINGS_A_DAY : 1); booking += 1) {
      for (const { object } of objectsOf(addDays(LAST, -back), booking, tenants)) {
        paths.add(object);
        dts.add(arrivalDateOf(object));
      }
    }
  }
  await log.mark(paths, dts);
  if (paths.unmarked > 0) throw new Error(`${paths.unmarked} objects that are booked were not found`);
}

async function take(size: Size, step: (typeof STEPS)[number], made: ReturnType<typeof madeStore>): Promise<void> {
  const { store } = made;
  if (step === 'all of the log') {
    const log = await openLedgerLog(store).read();
    const taken = new Set(
      log.flatMap((one) => (one.kind === 'booking' ? one.objects.map(({ object }) => object) : [])),
    );
    if (taken.size !== size.days * BOOKINGS_A_DAY * size.tenants) throw new Error('entries are missing');
    return;
  }
  const log = await KnownLog.open(store, { journal: false, keeps: true });
  if (step === 'first opened') await log.writeCheckpoint();
  if (step === 'with new objects') {
    const fresh = objectsOf(LAST, 0, size.tenants).map(({ object }) => `${object}x`);
    if ((await log.among(fresh)).size > 0) throw new Error('new objects are booked');
  }
  if (step.startsWith('all listed')) await listed(log, size);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      days: { type: 'string', default: '30' },
      tenants: { type: 'string', default: '195' },
      step: { type: 'string' },
    },
  });
  const size = { days: Number(values.days), tenants: Number(values.tenants) };
  if (values.step !== undefined) {
    const step = STEPS.find((one) => one === values.step) ?? STEPS[0];
    const made = madeStore(size);
    await prepared(size, step, made);
    // The memory of what prepared it is not the step's.
    for (const key of [...made.kept.keys()]) made.kept.set(key, Buffer.from(made.kept.get(key) ?? '').toString());
    globalThis.gc?.();
    const before = process.cpuUsage();
    let most = 0;
    const watch = setInterval(() => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      most = Math.max(most, heapUsed + arrayBuffers);
    }, 20);
    await take(size, step, made);
    clearInterval(watch);
    const { user, system } = process.cpuUsage(before);
    const taken: Taken = {
      ...{
        step,
        entries_read: made.counts.entries,
        mb_at_most: Math.round(most / 1e6),
        cpu_s: Number(((user + system) / 1e6).toFixed(1)),
      },
    };
    process.send?.(taken);
    return;
  }
  const rows: Taken[] = [];
  for (const step of STEPS) {
    rows.push(
      await new Promise<Taken>((resolve, reject) => {
        const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--step', step], {
          execArgv: ['--expose-gc', '--max-old-space-size=8192'],
        });
        child.once('message', (taken) => resolve(taken as Taken));
        child.once('exit', (code) => reject(new Error(`the step ended with ${code}`)));
      }),
    );
  }
  console.table(rows);
}

await main();
