import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  bookingName,
  EVENT_COLUMNS,
  LAKE,
  LAKE_VERSION,
  LEDGER_COLUMNS,
  manifestName,
  USAGE_RECENT_COLUMNS,
} from '../../model/index.js';
import { type Row, writeParquet } from './writeParquet.js';

const DAY = '2026-11-22';
const MAX = 2n ** 63n - 1n;
const OBJECT = `events/tenant_id=acme/dt=${DAY}/one.parquet`;

const usage = (row: Row): Row => ({
  tenant_id: "'acme'",
  emitter: "'acme'",
  service: "'DynamoDB'",
  resource: "''",
  operation: "''",
  meter: "'read_units'",
  unit: "'units'",
  event_hour: `timestamp '${DAY} 10:00:00'`,
  booked_date: `'${DAY}'`,
  manifest: '1',
  quantity_micros: '1',
  events: '1',
  ...row,
});

/** What real logs hold seldom: integers at the ends of 64 bits and past them, nulls, texts of every script, ties, zero. */
const USAGE: readonly Row[] = [
  usage({ quantity_micros: String(MAX), events: '9007199254740993' }),
  usage({ quantity_micros: String(MAX), resource: "'the sum is past 64 bits'" }),
  usage({ tenant_id: "'globex'", quantity_micros: String(MAX - 1n) }),
  usage({ tenant_id: "'globex'", quantity_micros: '-5', meter: "'write_units'" }),
  // Ties: only the name decides who is first.
  usage({ tenant_id: "'tie-a'", quantity_micros: '7' }),
  usage({ tenant_id: "'tie-b'", quantity_micros: '7' }),
  usage({ tenant_id: "'zero'", quantity_micros: '0' }),
  usage({ tenant_id: "'_unknown'", quantity_micros: '3', meter: "'a meter without a price'" }),
  usage({
    tenant_id: "'acme'",
    resource: "'Größe ☃ 𝄞 テスト'",
    operation: "'it''s \\ \"q\"'",
    unit: "'µs'",
    meter: "'ü'",
  }),
  usage({ tenant_id: "'acme'", resource: 'null', operation: 'null', unit: 'null', meter: "'nulls'" }),
  usage({ service: "'S3'", meter: "'é'", quantity_micros: String(10n ** 18n) }),
  // The same to a reader, other bytes: é as e and an accent. No engine may fold them.
  usage({ service: "'S3'", meter: "'e\u0301'", quantity_micros: '1' }),
  // Both edges of a window that begins at midnight.
  usage({ service: "'S3'", meter: "'edge'", event_hour: `timestamp '${DAY} 00:00:00'` }),
  usage({ service: "'S3'", meter: "'edge'", event_hour: "timestamp '2026-11-21 23:00:00'" }),
];

const heartbeat = (time: string, pod: string, counts: string, extra: Row = {}): Row => ({
  event_time: `timestamp '${time}'`,
  arrival_time: `timestamp '${time}'`,
  format: "'heartbeat'",
  pod_uid: pod,
  container: "'app'",
  attributes: counts,
  ...extra,
});
const counts = (started: bigint, read: bigint, held: bigint): string =>
  `map {'heartbeat.started': '${started}', 'heartbeat.lines_read': '${read}', 'heartbeat.bytes_read': '${read}', 'heartbeat.lines_held_back': '${held}', 'heartbeat.bytes_held_back': '${held}'}`;

const EVENTS: readonly Row[] = [
  heartbeat(`${DAY} 10:00:00.001`, "'p'", counts(1n, 5n, 1n)),
  heartbeat(`${DAY} 10:01:00.999`, "'p'", counts(1n, MAX - 1000n, MAX - 1000n)),
  heartbeat(`${DAY} 10:02:00`, "'ü'", counts(2n, 4n, 0n), { container: 'null' }),
  heartbeat(`${DAY} 10:03:00`, 'null', 'map {}'),
  heartbeat(`${DAY} 10:04:00`, "'q'", 'null'),
  { event_time: `timestamp '${DAY} 10:05:00'`, format: "'json'", attributes: counts(1n, 99n, 99n) },
];

const window = (start: string, row: Row = {}): Row => {
  const { event_hour: _hour, booked_date: _date, manifest: _manifest, ...rest } = usage(row);
  return { ...rest, window_start: `timestamp '${start}'` };
};

/** Both ends of the 48 hours before the last arrival, and what lies past them. */
const RECENT: readonly Row[] = [
  window(`${DAY} 10:05:00`, { quantity_micros: `${MAX}0`, events: '9007199254740993' }),
  window(`${DAY} 23:55:00`, { resource: 'null', operation: 'null', unit: "'µs ☃ 𝄞'" }),
  window(`${DAY} 23:55:00`, { tenant_id: "'globex'", quantity_micros: '-5' }),
  window('2026-11-20 23:55:00', { meter: "'the first window'" }),
  window('2026-11-20 23:50:00', { meter: "'before it'" }),
  window('2026-11-23 00:00:00', { meter: "'not yet arrived'" }),
];

const BOOKED: readonly Row[] = [
  {
    emitter: "'acme'",
    dt: `'${DAY}'`,
    event_hour: `timestamp '${DAY} 10:00:00'`,
    booked_date: `'${DAY}'`,
    manifest: '1',
    arrival_through: `timestamp '${DAY} 23:59:59.999'`,
    rows: String(EVENTS.length),
    events: String(EVENTS.length),
    duplicates: '0',
  },
];

const minutes = (...heard: readonly number[]): string =>
  String(heard.reduce((bits, minute) => bits | (1n << BigInt(minute)), 0n));
const all = Array.from({ length: 60 }, (_, minute) => minute);
const beats = (row: Row): Row => ({
  tenant_id: "'acme'",
  pod: "'web'",
  pod_uid: "'p'",
  container: "'app'",
  started: '1',
  event_hour: `timestamp '${DAY} 10:00:00'`,
  booked_date: `'${DAY}'`,
  manifest: '1',
  minutes: '0',
  closed: '0',
  ...row,
});
const heard = (from: string, until: string, read: bigint, arrived = until): Row => ({
  first_heard: `timestamp '${DAY} ${from}'`,
  last_heard: `timestamp '${DAY} ${until}'`,
  arrival_through: `timestamp '${DAY} ${arrived}'`,
  lines_read: String(read),
  bytes_read: String(read),
  lines_held_back: '1',
  bytes_held_back: '10',
  first_lines_read: '0',
  first_lines_held_back: '0',
});

/** What the agents of three tenants say: all bits and none, silences at every edge, nulls, counts at the end of 64 bits. */
const HEARD: readonly Row[] = [
  beats({ ...heard('10:00:00.001', '10:01:00.999', MAX - 1000n), minutes: minutes(0, 1) }),
  beats({ ...heard('10:20:00', '10:59:59.999', MAX - 900n), minutes: minutes(20, 21, 40, 41, 59), closed: '1' }),
  beats({
    ...heard('10:00:00', '10:59:00', 60n),
    pod_uid: "'ü'",
    pod: "'ü'",
    minutes: minutes(...all),
    container: 'null',
  }),
  beats({
    ...heard('11:00:00', '11:10:00', 70n),
    pod_uid: "'ü'",
    pod: "'ü'",
    minutes: minutes(0, 5, 10),
    container: 'null',
    event_hour: `timestamp '${DAY} 11:00:00'`,
  }),
  beats({
    pod_uid: 'null',
    pod: 'null',
    started: 'null',
    hour_lines_read: '7',
    hour_lines_held_back: '2',
    closed: '1',
  }),
  beats({
    ...heard('10:00:00', '10:59:00', 9n),
    tenant_id: "'globex'",
    pod_uid: "'g'",
    minutes: minutes(...all),
    hour_lines_read: '9',
    hour_lines_held_back: '1',
    closed: '1',
  }),
  beats({
    ...heard('10:59:00', '10:59:00', 1n),
    tenant_id: "'globex'",
    pod_uid: "'h'",
    minutes: minutes(59),
    hour_lines_read: '0',
    hour_lines_held_back: '0',
  }),
  beats({
    ...heard('11:30:00', '11:59:00', 3n),
    tenant_id: "'globex'",
    pod_uid: "'h'",
    minutes: minutes(30, 59),
    hour_lines_read: '3',
    hour_lines_held_back: '0',
    event_hour: `timestamp '${DAY} 11:00:00'`,
  }),
];

const source = (tenant: string, pod: string, hour: string, lines: number, row: Row = {}): Row => ({
  tenant_id: `'${tenant}'`,
  pod_uid: pod,
  container: "'app'",
  hour: `timestamp '${DAY} ${hour}:00:00'`,
  booked_date: `'${DAY}'`,
  manifest: '1',
  lines: String(lines),
  duplicates: '0',
  listed: '0',
  first_seen: `timestamp '${DAY} ${hour}:00:00.001'`,
  last_seen: `timestamp '${DAY} ${hour}:59:59.999'`,
  ...row,
});
const SEEN: readonly Row[] = [
  source('acme', "'p'", '10', 5, { duplicates: '3' }),
  source('acme', "'ü'", '11', 9_000_000_000),
  source('acme', 'null', '10', 2, { container: 'null' }),
  source('globex', "'g'", '10', 7),
  source('globex', "'h'", '11', 3, { listed: '60' }),
  source('zero', "'never heard'", '10', 1),
];

/** Writes a lake of one booking with those rows, straight into its files. */
export async function writeHandMadeLake(lake: string): Promise<void> {
  const booking = join(LAKE.bookings, bookingName(1));
  await writeParquet(join(lake, booking, 'usage.parquet'), LEDGER_COLUMNS, USAGE);
  await writeParquet(join(lake, booking, 'events.parquet'), BOOKED_EVENTS_COLUMNS, BOOKED);
  await writeParquet(join(lake, booking, 'heartbeats.parquet'), BOOKED_HEARTBEATS_COLUMNS, HEARD);
  await writeParquet(join(lake, booking, 'sources.parquet'), BOOKED_SOURCES_COLUMNS, SEEN);
  await writeParquet(join(lake, booking, 'recent.parquet'), USAGE_RECENT_COLUMNS, RECENT);
  await writeParquet(join(lake, OBJECT), EVENT_COLUMNS, EVENTS);
  const object = { object: OBJECT, emitter: 'acme', dt: DAY, rows: EVENTS.length, sha256: '0'.repeat(64) };
  const hours = { id_hour_min: null, id_hour_max: null, event_hours: [] };
  const manifest = { version: 1, kind: 'booking', number: 1, booked_date: DAY, objects: [{ ...object, ...hours }] };
  write(join(lake, LAKE.manifests, manifestName(1)), JSON.stringify(manifest));
  write(join(lake, LAKE.marker), JSON.stringify({ version: LAKE_VERSION }));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
