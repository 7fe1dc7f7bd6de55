import type { LogEntry, Manifest } from '../../../model/index.js';
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
import { placedObjects } from './placedObjects.js';
import { samplesIn, tallyOf } from './tallySql.js';
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
  const { own, earlier } = await placedObjects(ledger.objects, log, {
    own: manifest.objects,
    earlier: overlappingObjects(log, manifest),
  });
  const bench = new IcebergBench(session, place, attempt);
  try {
    const lines = await stageLines(ledger, bench, own, earlier);
    const tally = await bench.keep('tally', tallyOf(lines));
    const [rows, events, heartbeats, sources, samples] = await countsOf(bench, lines, tally);
    if (rows !== rowsOf(own)) throw await damagedAmong(ledger, own);
    fault('tallied');
    const series =
      samples === 0 ? undefined : await stageSeries(bench, samplesIn(tally), earlierSamples(ledger, manifest));
    for (const { table, rows: query } of LEDGER_PARTS) {
      const written = query({ manifest, lines, tally, series, heartbeats, sources });
      if (written === undefined) continue;
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

/** Reads the lines once, as far as a booking needs them, and keeps them, duplicates told from first ones. */
async function stageLines(
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
    return bench.keep('lines', countedLines(copiedLines(readObjects(objects, own, BOOKED_LINE_COLUMNS)), seen));
  }
  // More files than a statement may name: lines are copied first, a list at a time.
  const copied = await keepBatches(bench, 'copied', objectBatches(own, objects), (batch) =>
    copiedLines(readObjects(objects, batch, BOOKED_LINE_COLUMNS)),
  );
  const seen = await keepBatches(bench, 'seen', objectBatches(earlier, objects), (batch) => {
    const found = `select distinct emitter, cast(id_hour as timestamp(6)) as id_hour, event_id from (${readObjects(objects, batch, ids)})`;
    const isOwn = 'l.emitter = e.emitter and l.id_hour = e.id_hour and l.event_id = e.event_id';
    return `select emitter, id_hour, event_id from (${found}) e where exists (select 1 from ${copied} l where ${isOwn})`;
  });
  return bench.keep(
    'lines',
    countedLines(`select * from ${copied}`, seen === undefined ? undefined : `select * from ${seen}`),
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

/** The samples of bookings that count and were claimed before this one. */
function earlierSamples({ place }: IcebergLedger, manifest: Manifest): EarlierSamples {
  const table = tableIn(place, 'series');
  return (from) => {
    const since = from === undefined ? '' : ` and event_time >= timestamp '${from.slice(0, 23).replace('T', ' ')}'`;
    return `(select * from ${table} where attempt in (${visibleAttempts(tableIn(place, 'bookings'))})
      and manifest < ${manifest.number}${since})`;
  };
}
