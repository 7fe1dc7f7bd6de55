/** What tells one file that lines are read from from another. */
export const FILE_KEYS = 'emitter, cluster, pod, container, source_file';

/** Whose SQL it is: they spell it differently that a value is taken from the row with the least or greatest of another. */
type Dialect = 'duckdb' | 'trino';

function pick(aggregate: 'min' | 'max', by: string, value: string, engine: Dialect): string {
  if (engine === 'trino') return `${aggregate}(row(${by}, ${value}))[2]`;
  return `${aggregate}({'by': ${by}, 'value': ${value}})['value']`;
}

/**
 * A file that begins anew (rotated, truncated) may repeat what every such file begins with. More than this many bytes of its
 * beginning, and it is the same file read again.
 */
const HEADER_BYTES = 4096;

/** Condition: a line says where in which file it stood. */
export const HAS_POSITION = `(source_file is not null and source_offset is not null and coalesce(pod_uid, pod) is not null
      and format is distinct from 'heartbeat')`;

/**
 * Lines with a position, and the file they were read from: where they stood is their identity.
 *
 * @param further columns of the lines, such as what tells one from another
 */
export function positionsOf(lines: string, further = 'origin_object, origin_row'): string {
  return `select emitter, coalesce(cluster, '') as cluster, coalesce(pod_uid, pod) as pod, coalesce(container, '') as container,
      source_file, source_offset, id_hour, event_id, arrival_time, coalesce(observed_time, arrival_time) as stamp,
      ${further}
    from ${lines} where ${HAS_POSITION}`;
}

/** How far each file was read in each hour, out of `positionsOf`. */
export function fileHoursOf(positions: string, engine: Dialect = 'duckdb'): string {
  return `select ${FILE_KEYS}, id_hour,
      min(stamp) as first_seen, ${pick('min', 'stamp', 'source_offset', engine)} as first_offset,
      max(stamp) as last_seen, ${pick('max', 'stamp', 'source_offset', engine)} as last_offset,
      min(source_offset) as least_offset, max(source_offset) as greatest_offset
    from ${positions} group by ${FILE_KEYS}, id_hour`;
}

/**
 * What the hours of files say about how they were read, a row an hour, out of rows with a column `own`. Reading goes
 * forward, so an hour in which an offset is followed by a lower one turns back (`turns`): either the file began anew, or it
 * was read again. It began anew (`anew`) when nothing but a header of it was there before. Between two hours that begin anew
 * there is one generation of the file; such an hour has lines of two (`generation` and the one before it, down to
 * `oldest`). What a later reading could find again of an hour goes up to `reach`.
 */
export function readingOf(rows: string, engine: Dialect = 'duckdb'): string {
  const order = `partition by ${FILE_KEYS} order by id_hour`;
  return `select *, generation - if(anew, 1, 0) as oldest, if(anew, last_offset, greatest_offset) as reach from (
    select *, sum(if(anew, 1, 0)) over (${order}) as generation from (
      select *, turns and coalesce(repeated_offset, 0) < ${HEADER_BYTES} as anew from (
        select *, first_offset <> least_offset or last_offset <> greatest_offset
          or coalesce(first_offset <= lag(last_offset) over (${order}), false) as turns
        from (${hoursOf(rows, engine)})
      )
    )
  )`;
}

/** A row an hour of a file, whatever the bookings its lines came in. */
function hoursOf(rows: string, engine: Dialect): string {
  return `select ${FILE_KEYS}, id_hour,
      ${pick('min', 'first_seen', 'first_offset', engine)} as first_offset,
      ${pick('max', 'last_seen', 'last_offset', engine)} as last_offset,
      min(least_offset) as least_offset, max(greatest_offset) as greatest_offset,
      max(repeated_offset) as repeated_offset, bool_or(own) as own
    from ${rows} group by ${FILE_KEYS}, id_hour`;
}

/**
 * Pairs of hours of one file that may have the same lines, out of `readingOf`: of one generation, with offsets in common.
 * Only pairs with an hour of the booking's own: `own_hour`, and the `other_hour`.
 */
export function sharedHours(reading: string): string {
  const pair = (own: string, other: string): string =>
    `select ${FILE_KEYS}, ${own}.id_hour as own_hour, ${other}.id_hour as other_hour
     from ${reading} a join ${reading} b using (${FILE_KEYS})
     where a.id_hour < b.id_hour and ${own}.own and b.oldest <= a.generation
       and b.least_offset <= a.reach and a.least_offset <= b.greatest_offset`;
  return `${pair('b', 'a')} union ${pair('a', 'b')}`;
}

/**
 * Files whose earlier hours must be looked for farther away, out of `readingOf`: none is known before the booking's own; it
 * turns back and nothing known says where its generation began; or it was being read again not long ago, and may still be.
 */
export function unclearFiles(reading: string): string {
  return `select ${FILE_KEYS} from (
      select *, min(case when own then id_hour end) over (partition by ${FILE_KEYS}) as first_own from ${reading}
    ) group by ${FILE_KEYS}
    having not bool_or(id_hour < first_own) or (bool_or(own and turns) and not bool_or(id_hour < first_own and anew))
      or max(coalesce(repeated_offset, 0)) >= ${HEADER_BYTES}`;
}
