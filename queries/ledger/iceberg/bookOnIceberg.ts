import { AppError, type LogEntry, type Manifest } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import type { ErasedTenants } from '../../lake/ErasedTenants.js';
import type { Booked } from '../bookManifest.js';
import { IS_PRINTED, SIGN_FORMATS } from '../heartbeatSql.js';
import { overlappingObjects } from '../overlappingObjects.js';
import { type EarlierSamples, stageSeries } from '../stageSeries.js';
import { checkObjects, damagedAmong } from './checkObjects.js';
import { IcebergBench } from './IcebergBench.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import { insertRows } from './insertRows.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { BOOKED_LINE_COLUMNS, copiedLines, countedLines } from './linesSql.js';
import { fitsOneStatement, objectBatches, type ReadObject, readObjects } from './ObjectTable.js';
import { objectIndexOf } from './objectIndexOf.js';
import { type PlacedObjects, placedObjects } from './placedObjects.js';
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
 * objects and the log before it, as `bookManifest` writes it to files. Nothing of it counts before `bookings` names the
 * attempt. An attempt that fails in any way is given up, never gone on with: a statement that failed may have done its work.
 * Throws LAKE_DAMAGED, naming tenant and day of an object that is not what was booked, or whose lines are gone.
 */
export async function bookOnIceberg(
  ledger: IcebergLedger,
  manifest: Manifest,
  log: readonly LogEntry[],
  attempt: string,
  { withoutErased, fault = () => undefined }: AttemptOptions = {},
): Promise<Booked> {
  const { session, place } = ledger;
  const index = await objectIndexOf(ledger.objects, log);
  const objects = { own: manifest.objects, earlier: overlappingObjects(log, manifest) };
  const placed = placedObjects(index, objects, withoutErased === true);
  if (placed.own.length === 0) return { rows: 0, events: 0, duplicates: 0 };
  const bench = new IcebergBench(session, place, attempt);
  try {
    const lines = await stageLines(ledger, bench, manifest, placed);
    const tally = await bench.keep('tally', tallyOf(lines));
    const [rows, events, heartbeats, sources, samples] = await countsOf(bench, lines, tally);
    if (rows !== rowsOf(placed.own)) throw await damagedAmong(ledger, placed.own);
    const erased = await erasedAmong(bench, tally, index.erased);
    fault('tallied');
    const series =
      samples === 0 ? undefined : await stageSeries(bench, samplesIn(tally), earlierSamples(ledger, manifest));
    for (const part of LEDGER_PARTS) {
      const { table } = part;
      const query = part.rows({ manifest, lines, tally, series, heartbeats, sources });
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

/** How many lines there are, how many count, how many are heartbeats, how many say something of a source; and the samples of series. */
async function countsOf(
  bench: IcebergBench,
  lines: string,
  tally: string,
): Promise<readonly [number, number, number, number, number]> {
  const { heartbeat, kubelet } = SIGN_FORMATS;
  const answer = await bench.ask(`select l.*, t.* from (
      select count(*) as lines, count(*) filter (where counted) as counted, count(*) filter (where format = '${heartbeat}') as heartbeats,
        count(*) filter (where format = '${kubelet}' or ${IS_PRINTED}) as sources from ${lines}
    ) l cross join (select count(*) as samples from ${tally} where kind in ('counter', 'distinct')) t`);
  const [all = 0, counted = 0, heartbeats = 0, sources = 0, samples = 0] = (answer.rows[0] ?? []).map(Number);
  return [all, counted, heartbeats, sources, samples];
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
  { own, earlier, ids: files }: PlacedObjects,
): Promise<string> {
  const { objects } = ledger;
  const expired = await expiredIds(ledger, manifest, files);
  await checkObjects(ledger, earlier);
  const ids = ['id_hour', 'event_id'];
  if (fitsOneStatement(own, objects) && fitsOneStatement(earlier, objects)) {
    const there = earlier.length === 0 ? [] : [readObjects(objects, earlier, ids)];
    const all = [...there.map((rows) => `select emitter, id_hour, event_id from (${rows})`), ...expired];
    const seen = all.length === 0 ? undefined : all.join(' union all ');
    return bench.keep('lines', countedLines(copiedLines(readObjects(objects, own, BOOKED_LINE_COLUMNS)), seen));
  }
  // More files than a statement may name: lines are copied first, a list at a time.
  const batches = objectBatches(own, objects);
  const copied = await keepAll(
    bench,
    'copied',
    batches.map((batch) => copiedLines(readObjects(objects, batch, BOOKED_LINE_COLUMNS))),
  );
  const before = [...objectBatches(earlier, objects).map((batch) => readObjects(objects, batch, ids)), ...expired];
  const seen = await keepAll(
    bench,
    'seen',
    before.map((rows) => {
      const found = `select distinct emitter, cast(id_hour as timestamp(6)) as id_hour, event_id from (${rows})`;
      const isOwn = 'l.emitter = e.emitter and l.id_hour = e.id_hour and l.event_id = e.event_id';
      return `select emitter, id_hour, event_id from (${found}) e where exists (select 1 from ${copied} l where ${isOwn})`;
    }),
  );
  return bench.keep(
    'lines',
    countedLines(`select * from ${copied}`, seen === undefined ? undefined : `select * from ${seen}`),
  );
}

/** The identities of lines past their retention that these objects' lines can be; at most one query. */
async function expiredIds(
  { embedded, objects }: IcebergLedger,
  manifest: Manifest,
  files: readonly string[],
): Promise<readonly string[]> {
  if (files.length === 0) return [];
  if (embedded === undefined) {
    throw new AppError(
      'USAGE',
      'a ledger in Iceberg of a lake in S3 cannot book beside lines past their retention yet',
      {
        where: objects.location,
        got: files.join(', '),
        hint: 'keep a lake whose lines expire in a folder, and its ledger on DuckDB or Trino',
      },
    );
  }
  const emitters = [...new Set(manifest.objects.map(({ emitter }) => emitter))].sort();
  return [
    `select emitter, id_hour, event_id from ${await embedded.ids(files)}
     where emitter in (${emitters.map(sqlText).join(', ')}) and manifest < ${manifest.number}`,
  ];
}

async function keepAll(bench: IcebergBench, name: string, queries: readonly string[]): Promise<string | undefined> {
  const [first, ...rest] = queries;
  if (first === undefined) return undefined;
  const kept = await bench.keep(name, first);
  for (const query of rest) await bench.add(kept, query);
  return kept;
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
