import type { Manifest } from '../../../model/index.js';
import { sqlInstant } from '../../engines/sqlInstant.js';
import { pathsOf } from '../EarlierBookings.js';
import { FILE_KEYS, fileHoursOf, positionsOf, readingOf, sharedHours, unclearFiles } from '../fileHours.js';
import { earlierIds } from './earlierIds.js';
import type { EarlierOnIceberg } from './earlierOnIceberg.js';
import type { IcebergBench } from './IcebergBench.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import { LINE_COLUMNS, LINE_ORDER } from './linesSql.js';
import { placedObjects } from './placedObjects.js';
import { visibleAttempts } from './visibleAttempts.js';

/** What looking for lines that were read again came to. */
export interface FilesRead {
  /** The lines, those that were read again among the duplicates, as what stands behind `from`. */
  readonly lines: string;
  /** How far files were read, for later bookings, as a query. */
  readonly files: string;
}

/** What a booking goes by. */
interface Booking {
  readonly ledger: IcebergLedger;
  readonly bench: IcebergBench;
  readonly manifest: Manifest;
  readonly earlier: EarlierOnIceberg;
}

/** How far before its own hours a file is looked for first: one that is read at all is read within a day. */
const LOOK_BACK_MS = 24 * 3_600_000;

const KEYS = FILE_KEYS.split(', ');
const HOURS = [
  ...KEYS,
  'id_hour',
  'first_seen',
  'first_offset',
  'last_seen',
  'last_offset',
  'least_offset',
  'greatest_offset',
];
const AGAIN = `${FILE_KEYS}, id_hour, event_id, source_offset, counted`;

const same = (a: string, b: string, keys: readonly string[] = KEYS): string =>
  keys.map((key) => `${a}.${key} = ${b}.${key}`).join(' and ');

/**
 * Finds lines that were read again, as `bookFiles` does on DuckDB: a lost position database makes an agent read its files from
 * the beginning, under new stamps, so that their duplicates lie in other id hours. Only files whose offsets run backwards are
 * looked at, over all hours that can have the same lines. For bookings some of whose lines have a position.
 *
 * @param lines of `countedLines`, kept
 */
export async function readAgainOnIceberg(booking: Booking, lines: string): Promise<FilesRead> {
  const { bench } = booking;
  const positions = `(${positionsOf(lines, 'path, event_time, usage, counted, restamped')})`;
  const own = await bench.keep('own_hours', fileHoursOf(positions, 'trino'));
  let again = `(select ${AGAIN} from ${positions} where restamped)`;
  let sought = 0;
  // What is found tells a file read again from one that began anew, and so where else to look.
  for (let turn = 1; ; turn++) {
    const { reading, pairs } = await readingOfFiles(booking, own, again, turn);
    if (pairs === sought) break;
    const shared = await bench.keep(`shared_${turn}`, sharedHours(reading));
    again = await bench.keep(`again_${turn}`, await foundAgain(booking, { positions, shared, again, turn }));
    sought = pairs;
  }
  const files = notedHours(own, again);
  if (sought === 0) return { lines, files };
  const columns = LINE_COLUMNS.map((name) => `l."${name}"`).join(', ');
  const repeated = `select 1 from ${again} a where a.counted and ${same('a', 'l', ['emitter', 'id_hour', 'event_id'])}`;
  const once = `select ${columns}, l.counted and not exists (${repeated}) as counted from ${lines} l`;
  return { lines: await bench.keep('lines_once', once), files };
}

/** The booking's own hours, and up to where lines of each were read again. */
function notedHours(own: string, again: string): string {
  return `select ${HOURS.map((name) => `h.${name}`).join(', ')}, r.repeated_offset from ${own} h left join (
      select ${FILE_KEYS}, id_hour, max(source_offset) as repeated_offset from ${again} group by ${FILE_KEYS}, id_hour
    ) r on ${same('r', 'h', [...KEYS, 'id_hour'])}`;
}

/** What the hours of files say, and how many pairs of them may have the same lines. */
async function readingOfFiles(
  booking: Booking,
  own: string,
  again: string,
  turn: number,
): Promise<{ readonly reading: string; readonly pairs: number }> {
  const { ledger, bench, manifest, earlier } = booking;
  const hours = manifest.objects.flatMap(({ id_hour_min }) => id_hour_min ?? []).sort();
  const from = Date.parse(hours[0] ?? manifest.booked_date) - LOOK_BACK_MS;
  const instant = sqlInstant(from);
  const booked = (touched: string, within: string): string =>
    `select ${HOURS.join(', ')}, repeated_offset, false as own from ${tableIn(ledger.place, 'booked_files')} f
     where attempt in (${visibleAttempts(tableIn(ledger.place, 'bookings'))}) and manifest < ${manifest.number}
       and id_hour ${within} ${instant} and exists (select 1 from ${touched} t where ${same('t', 'f')})`;
  const noted = `select ${HOURS.join(', ')}, repeated_offset, true as own from (${notedHours(own, again)})`;
  const near = `${noted} union all ${booked(own, '>=')}`;
  // Kept: what is asked of it names it several times over.
  const reading = await bench.keep(`reading_${turn}`, readingOf(`(${near})`, 'trino'));
  const { rows } = await bench.ask(`select (select count(*) from (${sharedHours(reading)})),
    (select count(*) from (${unclearFiles(reading)}))`);
  const [pairs = 0, unclear = 0] = (rows[0] ?? []).map(Number);
  if (unclear === 0 || !(await earlier.hasBefore(new Date(from).toISOString()))) return { reading, pairs };
  const all = `${near} union all ${booked(`(${unclearFiles(reading)})`, '<')}`;
  const whole = await bench.keep(`reading_whole_${turn}`, readingOf(`(${all})`, 'trino'));
  const counted = await bench.ask(`select count(*) from (${sharedHours(whole)})`);
  return { reading: whole, pairs: Number(counted.rows[0]?.[0]) };
}

/** Adds to the lines read again those of the booking's own that a line in another hour comes before. */
async function foundAgain(
  { ledger, bench, manifest, earlier }: Booking,
  found: { readonly positions: string; readonly shared: string; readonly again: string; readonly turn: number },
): Promise<string> {
  const { positions, shared, again, turn } = found;
  const hour = `date_format(other_hour, '%Y-%m-%dT%H:00:00.000Z')`;
  const others = await bench.ask(`select distinct emitter, ${hour} from ${shared}`);
  const spans = others.rows.map(([emitter, at]) => ({ emitter: String(emitter), first: String(at), last: String(at) }));
  const within = await earlier.objectsWithin(spans);
  const index = await earlier.indexOf(pathsOf(within));
  const queries = await earlierIds(ledger, manifest, placedObjects(index, { own: [], earlier: within }));
  const booked = await bench.keepAll(
    `booked_again_${turn}`,
    queries.map(
      (ids) => `select distinct emitter, event_id from (${ids}) e where exists (
        select 1 from ${shared} s where s.emitter = e.emitter and s.other_hour = e.id_hour)`,
    ),
  );
  const isOther = `s.own_hour = p.id_hour and ${same('s', 'p')}`;
  const suspect = `select p.* from ${positions} p where exists (select 1 from ${shared} s where ${isOther})`;
  const line = 'partition by emitter, event_id';
  const placed = `select s.*, row_number() over (${line} order by ${LINE_ORDER}) as place,
    min(id_hour) over (${line}) <> max(id_hour) over (${line}) as apart from (${suspect}) s`;
  const known =
    booked === undefined
      ? ''
      : `left join (select distinct emitter, event_id from ${booked}) b on b.emitter = s.emitter and b.event_id = s.event_id`;
  const isKnown = booked === undefined ? '' : 'or b.event_id is not null';
  const columns = AGAIN.split(', ').map((name) => `s.${name}`);
  return `select ${AGAIN} from ${again} union
    select ${columns.join(', ')} from (${placed}) s ${known} where (apart and place > 1) ${isKnown}`;
}
