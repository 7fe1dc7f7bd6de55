import type { Manifest } from '../../../model/index.js';
import type { ErasedTenants } from '../../lake/ErasedTenants.js';
import type { Booked } from '../bookManifest.js';
import { idHoursOf, pathsOf } from '../EarlierBookings.js';
import { HAS_POSITION } from '../fileHours.js';
import { IS_PRINTED, SIGN_FORMATS } from '../heartbeatSql.js';
import { type EarlierSamples, stageSeries } from '../stageSeries.js';
import { damagedAmong } from './checkObjects.js';
import { earlierIds } from './earlierIds.js';
import type { EarlierOnIceberg } from './earlierOnIceberg.js';
import { IcebergBench } from './IcebergBench.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import { insertRows } from './insertRows.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { BOOKED_LINE_COLUMNS, copiedLines, countedLines } from './linesSql.js';
import { fitsOneStatement, objectBatches, type ReadObject, readObjects } from './ObjectTable.js';
import { type PlacedObjects, placedObjects } from './placedObjects.js';
import { readAgainOnIceberg } from './readAgainOnIceberg.js';
import { samplesIn, tallyOf } from './tallySql.js';
import { visibleAttempts } from './visibleAttempts.js';
import { withoutErasedRows } from './withoutErasedRows.js';

/** Named points of an attempt; a test throws at one to stand in for a crash. */
export type AttemptPoint = 'tallied' | `wrote ${string}`;

/** How an attempt is made. */
export interface AttemptOptions {
  /** Erased lines may be missing: the rows of erased tenants are compared with nothing. */
  readonly withoutErased?: true;
  readonly fault?: (point: AttemptPoint) => void;
}

/**
 * Writes one booking's rows into the tables of a ledger, under the name of an attempt: a function of the manifest, its
 * objects and the log before it (`earlier`), as `bookManifest` writes it to files. Nothing of it counts before `bookings` names the
 * attempt. An attempt that fails in any way is given up, never gone on with: a statement that failed may have done its work.
 * Throws LAKE_DAMAGED, naming tenant and day of an object that is not what was booked, or whose lines are gone.
 */
export async function bookOnIceberg(
  ledger: IcebergLedger,
  manifest: Manifest,
  earlier: EarlierOnIceberg,
  attempt: string,
  { withoutErased, fault = () => undefined }: AttemptOptions = {},
): Promise<Booked> {
  const { session, place } = ledger;
  const objects = { own: manifest.objects, earlier: await earlier.objectsWithin(idHoursOf(manifest.objects)) };
  const index = await earlier.indexOf(pathsOf([...objects.own, ...objects.earlier]));
  const placed = placedObjects(index, objects, withoutErased === true);
  if (placed.own.length === 0) return { rows: 0, events: 0, duplicates: 0 };
  const bench = new IcebergBench(session, place, attempt);
  try {
    const staged = await stageLines(ledger, bench, manifest, placed);
    const [rows, heartbeats, sources, positions] = await linesIn(bench, staged);
    if (rows !== rowsOf(placed.own)) throw await damagedAmong(ledger, placed.own);
    const booking = { ledger, bench, manifest, earlier };
    const read = positions === 0 ? undefined : await readAgainOnIceberg(booking, staged);
    const lines = read?.lines ?? staged;
    const tally = await bench.keep('tally', tallyOf(lines));
    const [events, samples] = await countedIn(bench, tally);
    const erased = await erasedAmong(bench, tally, index.erased);
    fault('tallied');
    const series =
      samples === 0 ? undefined : await stageSeries(bench, samplesIn(tally), earlierSamples(ledger, manifest));
    for (const part of LEDGER_PARTS) {
      const { table } = part;
      const query = part.rows({ manifest, lines, tally, series, heartbeats, sources, files: read?.files });
      if (query === undefined) continue;
      const written = withoutErasedRows(part, query, erased);
      const stamp = { booked_date: manifest.booked_date, manifest: manifest.number, attempt };
      await session.run(insertRows(place, table, written, stamp));
      fault(`wrote ${table.name}`);
    }
    return { rows, events, duplicates: rows - events };
  } finally {
    await bench.clear();
  }
}

const rowsOf = (objects: readonly ReadObject[]): number => objects.reduce((sum, { rows }) => sum + rows, 0);

/** How many lines there are, how many are heartbeats, how many say something of a source, how many have a position. */
async function linesIn(bench: IcebergBench, lines: string): Promise<readonly [number, number, number, number]> {
  const { heartbeat, kubelet } = SIGN_FORMATS;
  const answer = await bench.ask(`select count(*), count(*) filter (where format = '${heartbeat}'),
      count(*) filter (where format = '${kubelet}' or ${IS_PRINTED}), count(*) filter (where ${HAS_POSITION})
    from ${lines}`);
  const [all = 0, heartbeats = 0, sources = 0, positions = 0] = (answer.rows[0] ?? []).map(Number);
  return [all, heartbeats, sources, positions];
}

/** How many lines count, and how many samples of series there are. */
async function countedIn(bench: IcebergBench, tally: string): Promise<readonly [number, number]> {
  const { rows } = await bench.ask(
    `select sum(counted), count(*) filter (where kind in ('counter', 'distinct')) from ${tally}`,
  );
  const [events = 0, samples = 0] = (rows[0] ?? []).map(Number);
  return [events, samples];
}

/** The erased tenants that lines still come in the name of. */
async function erasedAmong(bench: IcebergBench, tally: string, erased: ErasedTenants): Promise<readonly string[]> {
  if (erased.none) return [];
  const { rows } = await bench.ask(`select tenant_id from ${tally} union select emitter from ${tally}`);
  return rows.flatMap(([id]) => (typeof id === 'string' && erased.has(id) ? [id] : [])).sort();
}

/** Reads the lines once, as far as a booking needs them, and keeps them, duplicates told from first ones. */
async function stageLines(
  ledger: IcebergLedger,
  bench: IcebergBench,
  manifest: Manifest,
  placed: PlacedObjects,
): Promise<string> {
  const { objects } = ledger;
  const { own, earlier } = placed;
  const before = await earlierIds(ledger, manifest, placed);
  if (fitsOneStatement(own, objects) && fitsOneStatement(earlier, objects)) {
    const seen = before.length === 0 ? undefined : before.join(' union all ');
    return bench.keep('lines', countedLines(copiedLines(readObjects(objects, own, BOOKED_LINE_COLUMNS)), seen));
  }
  // More files than a statement may name: lines are copied first, a list at a time.
  const copied = await bench.keepAll(
    'copied',
    objectBatches(own, objects).map((batch) => copiedLines(readObjects(objects, batch, BOOKED_LINE_COLUMNS))),
  );
  const seen = await bench.keepAll(
    'seen',
    before.map((ids) => {
      const found = `select distinct emitter, cast(id_hour as timestamp(6)) as id_hour, event_id,
        cast(observed_time as timestamp(6)) as observed_time from (${ids})`;
      const isOwn = 'l.emitter = e.emitter and l.id_hour = e.id_hour and l.event_id = e.event_id';
      return `select * from (${found}) e where exists (select 1 from ${copied} l where ${isOwn})`;
    }),
  );
  return bench.keep(
    'lines',
    countedLines(`select * from ${copied}`, seen === undefined ? undefined : `select * from ${seen}`),
  );
}

/** The samples of bookings that count and were claimed before this one. */
function earlierSamples({ place }: IcebergLedger, manifest: Manifest): EarlierSamples {
  const table = tableIn(place, 'series');
  return (from) => {
    const since = from === undefined ? '' : ` and event_time >= timestamp '${from.slice(0, 23).replace('T', ' ')}'`;
    return `(select * from ${table} where attempt in (${visibleAttempts(tableIn(place, 'bookings'))})
      and manifest < ${manifest.number}${since})`;
  };
}
