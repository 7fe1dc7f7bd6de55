import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_COLUMNS, type Manifest } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import type { IndexedLake } from '../lake/ObjectIndex.js';
import { selectRows } from '../lake/selectRows.js';
import { bookFiles } from './bookFiles.js';
import { type EarlierBookings, idHoursOf, pathsOf } from './EarlierBookings.js';
import { mustBeKept, mustBeThere } from './mustBeThere.js';

const ID = ['emitter', 'id_hour', 'event_id'].join(', ');
const ID_COLUMNS = EVENT_COLUMNS.filter(({ name }) => ['id_hour', 'event_id', 'observed_time'].includes(name));

/**
 * Makes the view `lines` of a booking's lines: every column of an event, `emitter`, where it was delivered, and `counted`,
 * which is false for duplicates. The first of equal lines counts: the one that was booked before, then by arrival, then by
 * where it was delivered, so that every booking chooses alike.
 *
 * Few lines come twice, so only ids are compared, and the wide rows are read once by whoever sums them up.
 */
export async function stageLines(
  connection: DuckDBConnection,
  source: IndexedLake,
  manifest: Manifest,
  earlier: EarlierBookings,
  staged: string,
  withoutErased: boolean,
): Promise<void> {
  const own = manifest.objects.map(({ object }) => object);
  await mustBeThere(source.lake, source.index, own);
  if (!withoutErased) mustBeKept(source.index, own);
  const rows = await selectRows(connection, { ...source, objects: own }, EVENT_COLUMNS);
  await connection.run(`create temp view own_lines as select tenant_id as emitter, * from (${rows})`);
  await connection.run('create temp table repeats (origin_object varchar, origin_row bigint, restamped boolean)');
  const idsOf = async (objects: readonly string[]): Promise<string> =>
    bookedIds(connection, { ...source, index: await earlier.indexOf(objects) }, manifest, objects);
  await repeatsWithinHours(connection, await idsOf(pathsOf(await earlier.objectsWithin(idHoursOf(manifest.objects)))));
  await bookFiles(connection, earlier, idsOf, staged);
  const found = await connection.runAndReadAll('select 1 from repeats limit 1');
  const hour = "date_trunc('hour', event_time) as event_hour";
  await connection.run(
    found.currentRowCount === 0
      ? `create temp view lines as select *, ${hour}, true as counted from own_lines`
      : `create temp view lines as select l.*, ${hour}, r.origin_row is null as counted
         from own_lines l left join repeats r using (origin_object, origin_row)`,
  );
}

/** The identities of lines of earlier objects, and when an agent stamped each; of those past their retention only the first. */
async function bookedIds(
  connection: DuckDBConnection,
  { lake, index }: IndexedLake,
  manifest: Manifest,
  objects: readonly string[],
): Promise<string> {
  await mustBeThere(lake, index, objects);
  const rows = await selectRows(connection, { lake, index, objects }, ID_COLUMNS);
  const ids = `select tenant_id as emitter, id_hour, event_id, observed_time from (${rows})`;
  const files = objects.flatMap((object) => {
    const place = index.whereabouts(object);
    return place.state === 'expired' && place.ids !== undefined ? [place.ids] : [];
  });
  if (files.length === 0) return ids;
  const emitters = [...new Set(manifest.objects.map(({ emitter }) => emitter))];
  return `${ids} union all select emitter, id_hour, event_id, null
    from read_parquet([${[...new Set(files)].map((file) => sqlText(join(lake, file))).join(', ')}])
    where emitter in (${emitters.map(sqlText).join(', ')}) and manifest < ${manifest.number}`;
}

/**
 * Lines that a line of the same id and id hour comes before: `restamped` when the two have different stamps, so that the line
 * was not sent twice but read twice.
 */
async function repeatsWithinHours(connection: DuckDBConnection, booked: string): Promise<void> {
  await connection.run(`create temp table repeated as
    select ${ID}, bool_or(booked) as booked, min(stamp) as first, max(stamp) as last from (
      select ${ID}, false as booked, null::timestamp as stamp from own_lines group by ${ID} having count(*) > 1
      union all select ${ID}, true, observed_time from (${booked}) semi join own_lines using (${ID})
    ) group by ${ID}`);
  await connection.run(`insert into repeats select origin_object, origin_row,
      coalesce(least(first, own_first) <> greatest(last, own_last), false)
    from (
      select *, row_number() over (same order by arrival_time, origin_object, origin_row) as place,
        min(observed_time) over same as own_first, max(observed_time) over same as own_last
      from (select ${ID}, arrival_time, origin_object, origin_row, observed_time from own_lines) join repeated using (${ID})
      window same as (partition by ${ID})
    ) where booked or place > 1`);
  await connection.run('drop table repeated');
}
