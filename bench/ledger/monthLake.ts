import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { addDays, LAKE, logEntrySchema, type Manifest, manifestName, utcDaySchema } from '../../model/index.js';
import { buildLedger } from '../../queries/index.js';
import { type BenchDay, DAY_MS, FIRST_DAY, writeBenchDay } from './benchLake.js';

/** A lake of so many days. */
export interface BenchMonth extends Omit<BenchDay, 'day' | 'lines' | 'shape'> {
  readonly days: number;
  /** Lines of all days. */
  readonly events: number;
}

/**
 * Writes a lake of sealed days, slim lines. The first day's ledger is built by the product; those of the others are that
 * day's, moved by whole days, as their lines are: a build of each would give the same. Returns the bytes of the objects.
 */
export function writeBenchMonth(lake: string, month: BenchMonth, threads: number): Promise<number> {
  const { days, events, tenants, objects } = month;
  const write = (day: number): Promise<number> =>
    writeBenchDay(lake, { day, tenants, objects, lines: Math.round(events / days), shape: 'slim' }, threads);
  return writeSealedDays(lake, days, write, threads);
}

/** The same of days that are written by `write`, each the first one's lines moved by whole days. It returns the bytes of a day. */
export async function writeSealedDays(
  lake: string,
  days: number,
  write: (day: number) => Promise<number>,
  threads: number,
): Promise<number> {
  let bytes = await write(0);
  for (const now of [FIRST_DAY + DAY_MS - 1, FIRST_DAY + DAY_MS]) {
    await buildLedger({ lake, clock: () => now, memoryMb: 2048, threads });
  }
  const date = utcDaySchema.parse(new Date(FIRST_DAY).toISOString().slice(0, 10));
  const first = logEntrySchema.parse(JSON.parse(readFileSync(join(lake, LAKE.manifests, manifestName(1)), 'utf8')));
  if (first.kind !== 'booking') throw new Error('the first entry of a new log is a booking');
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  try {
    for (let day = 1; day < days; day++) {
      bytes += await write(day);
      const number = 2 * day + 1;
      const booked_date = addDays(date, day);
      writeEntry(lake, moved(first, day, number));
      writeEntry(lake, { version: 1, kind: 'seal', number: number + 1, booked_date });
      for (const kind of ['sealed', 'recent']) await moveFolder(connection, lake, `${kind}-${date}`, day);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  // It stands for the first day alone: whoever opens the lake next would read all other entries.
  rmSync(join(lake, LAKE.checkpoints), { recursive: true });
  await buildLedger({ lake, clock: () => FIRST_DAY + days * DAY_MS, memoryMb: 2048, threads });
  return bytes;
}

function writeEntry(lake: string, entry: object): void {
  const parsed = logEntrySchema.parse(entry);
  writeFileSync(join(lake, LAKE.manifests, manifestName(parsed.number)), `${JSON.stringify(parsed)}\n`);
}

function moved(first: Manifest, day: number, number: number): Manifest {
  const instant = (text: string): string => new Date(Date.parse(text) + day * DAY_MS).toISOString();
  const date = addDays(first.booked_date, day);
  return {
    ...first,
    number,
    booked_date: date,
    objects: first.objects.map((object) => ({
      ...object,
      object: object.object.replace(`/dt=${first.booked_date}/`, `/dt=${date}/`),
      dt: date,
      id_hour_min: object.id_hour_min === null ? null : instant(object.id_hour_min),
      id_hour_max: object.id_hour_max === null ? null : instant(object.id_hour_max),
      event_hours: object.event_hours.map(instant),
    })),
  };
}

/** Copies a folder of a sealed date to the same of a later one: every instant, date and number moved with it. */
async function moveFolder(connection: DuckDBConnection, lake: string, name: string, day: number): Promise<void> {
  const [kind = '', ...date] = name.split('-');
  const to = join(lake, LAKE.bookings, `${kind}-${addDays(utcDaySchema.parse(date.join('-')), day)}`);
  const from = join(lake, LAKE.bookings, name);
  mkdirSync(to);
  for (const file of readdirSync(from)) {
    const described = await connection.runAndReadAll(`describe from read_parquet('${join(from, file)}')`);
    const list = described.getRows().map(([column, type]) => {
      if (type === 'TIMESTAMP') return `${column} + interval '${day} days' as ${column}`;
      if (column === 'dt' || column === 'booked_date')
        return `strftime(cast(${column} as date) + interval '${day} days', '%Y-%m-%d') as ${column}`;
      return column === 'manifest' ? `cast(${2 * day + 1} as bigint) as manifest` : String(column);
    });
    await connection.run(`copy (select ${list.join(', ')} from read_parquet('${join(from, file)}'))
      to '${join(to, file)}' (format parquet, compression zstd)`);
  }
}
