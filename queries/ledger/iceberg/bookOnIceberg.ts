import type { LogEntry, Manifest } from '../../../model/index.js';
import type { Booked } from '../bookManifest.js';
import { overlappingObjects } from '../overlappingObjects.js';
import { type EarlierSamples, stageSeries } from '../stageSeries.js';
import { checkObjects, damagedAmong } from './checkObjects.js';
import { IcebergBench } from './IcebergBench.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import { insertRows } from './insertRows.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { mustBeDelivered } from './mustBeDelivered.js';
import { fitsOneStatement, objectBatches, type ReadObject, readObjects } from './ObjectTable.js';
import { samplesIn, TALLIED_COLUMNS, tallyOf } from './tallySql.js';
import { visibleAttempts } from './visibleAttempts.js';

/** Named points of an attempt; a test throws at one to stand in for a crash. */
export type AttemptPoint = 'tallied' | `wrote ${string}`;

/**
 * Writes one booking's rows into the tables of a ledger, under the name of an attempt: a function of the manifest, its
 * objects and the log before it, as `bookManifest` writes it to files. Nothing of it counts before `bookings` names the
 * attempt. An attempt that fails in any way is given up, never gone on with: a statement that failed may have done its work.
 * Throws LAKE_DAMAGED, naming tenant and day of an object that is not what was booked.
 */
export async function bookOnIceberg(
  ledger: IcebergLedger,
  manifest: Manifest,
  log: readonly LogEntry[],
  attempt: string,
  fault: (point: AttemptPoint) => void = () => undefined,
): Promise<Booked> {
  const { session, place } = ledger;
  const earlier = overlappingObjects(log, manifest);
  mustBeDelivered(log, [...manifest.objects, ...earlier]);
  const bench = new IcebergBench(session, place, attempt);
  try {
    const tally = await tallyLines(ledger, bench, manifest.objects, earlier);
    const totals =
      await session.run(`select cast(coalesce(sum(lines), 0) as bigint), cast(coalesce(sum(counted), 0) as bigint),
      count(*) filter (where kind in ('counter', 'distinct')) from ${tally}`);
    const [rows, events, samples] = (totals.rows[0] ?? []).map(Number);
    if (rows !== rowsOf(manifest.objects)) throw await damagedAmong(ledger, manifest.objects);
    fault('tallied');
    const series =
      samples === 0 ? undefined : await stageSeries(bench, samplesIn(tally), earlierSamples(ledger, manifest));
    for (const { table, rows: query } of LEDGER_PARTS) {
      const written = query({ manifest, tally, series });
      if (written === undefined) continue;
      const stamp = { booked_date: manifest.booked_date, manifest: manifest.number, attempt };
      await session.run(insertRows(place, table, written, stamp));
      fault(`wrote ${table.name}`);
    }
    return { rows, events: events ?? 0, duplicates: rows - (events ?? 0) };
  } finally {
    await bench.clear();
  }
}

const rowsOf = (objects: readonly ReadObject[]): number => objects.reduce((sum, { rows }) => sum + rows, 0);

/** Reads the lines once, duplicates told from first ones, and keeps what they add up to. */
async function tallyLines(
  ledger: IcebergLedger,
  bench: IcebergBench,
  own: readonly ReadObject[],
  earlier: readonly ReadObject[],
): Promise<string> {
  const { objects } = ledger;
  await checkObjects(ledger, earlier);
  const ids = ['id_hour', 'event_id'];
  if (fitsOneStatement(own, objects) && fitsOneStatement(earlier, objects)) {
    const seen = earlier.length === 0 ? undefined : readObjects(objects, earlier, ids);
    return bench.keep('tally', tallyOf(readObjects(objects, own, TALLIED_COLUMNS), seen));
  }
  // More files than a statement may name: lines are copied first, a list at a time, and then tallied from the copy.
  const lines = await keepBatches(bench, 'lines', objectBatches(own, objects), (batch) =>
    copied(readObjects(objects, batch, TALLIED_COLUMNS)),
  );
  const seen = await keepBatches(bench, 'seen', objectBatches(earlier, objects), (batch) => {
    const found = `select distinct emitter, cast(id_hour as timestamp(6)) as id_hour, event_id from (${readObjects(objects, batch, ids)})`;
    const isOwn = 'l.emitter = e.emitter and l.id_hour = e.id_hour and l.event_id = e.event_id';
    return `select emitter, id_hour, event_id from (${found}) e where exists (select 1 from ${lines} l where ${isOwn})`;
  });
  return bench.keep(
    'tally',
    tallyOf(`select * from ${lines}`, seen === undefined ? undefined : `select * from ${seen}`),
  );
}

async function keepBatches(
  bench: IcebergBench,
  name: string,
  batches: readonly (readonly ReadObject[])[],
  query: (batch: readonly ReadObject[]) => string,
): Promise<string | undefined> {
  const [first, ...rest] = batches;
  if (first === undefined) return undefined;
  const kept = await bench.keep(name, query(first));
  for (const batch of rest) await bench.add(kept, query(batch));
  return kept;
}

/** Lines in the types Iceberg has. */
function copied(lines: string): string {
  const times = ['id_hour', 'event_time', 'arrival_time'].map((name) => `cast(${name} as timestamp(6)) as ${name}`);
  return `select emitter, dt, path, event_id, usage, ${times.join(', ')} from (${lines})`;
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
