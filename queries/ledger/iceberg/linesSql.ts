import { EVENT_COLUMNS } from '../../../model/index.js';
import { SIGN_FORMATS } from '../heartbeatSql.js';
import { icebergType } from './icebergDdl.js';

/** Columns of the event table that a booking reads. */
export const BOOKED_LINE_COLUMNS = [
  'id_hour',
  'event_id',
  'event_time',
  'arrival_time',
  'observed_time',
  'cluster',
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'source_file',
  'source_offset',
  'format',
  'attributes',
  'usage',
] as const;

/** Attributes are asked of few lines, and are most of what a line has here. */
const ATTRIBUTES = `case when format in (${Object.values(SIGN_FORMATS)
  .map((format) => `'${format}'`)
  .join(', ')}) then attributes end`;

const ID = 'emitter, id_hour, event_id';

/** Which of equal lines comes first. */
export const LINE_ORDER = 'arrival_time, path, event_time, usage';

/** Columns of copied lines. */
export const LINE_COLUMNS: readonly string[] = ['emitter', 'dt', 'path', ...BOOKED_LINE_COLUMNS];

/** Lines with what a booking needs of them, in the types Iceberg has. */
export function copiedLines(lines: string): string {
  const list = EVENT_COLUMNS.filter(({ name }) => BOOKED_LINE_COLUMNS.some((column) => column === name)).map(
    ({ name, type }) => {
      if (name === 'attributes') return `${ATTRIBUTES} as attributes`;
      return type === 'timestamp' ? `cast(${name} as ${icebergType(type)}) as ${name}` : `"${name}"`;
    },
  );
  return `select emitter, dt, path, ${list.join(', ')} from (${lines})`;
}

/**
 * Copied lines with `counted`, which is false for duplicates, and `restamped`, which says of such a one that lines of its id
 * have different stamps: it was not sent twice but read twice. Of lines with one id the first counts, by arrival, then by
 * object; lines of one object that arrived in one millisecond under one id are the same bytes, and are ordered by what they
 * say.
 *
 * @param copied lines of the booking's objects
 * @param seen identities of earlier lines (emitter, id_hour, event_id) with their stamp (observed_time), or undefined when
 *   there can be none
 */
export function countedLines(copied: string, seen: string | undefined): string {
  const counted = seen === undefined ? 'r.place = 1' : 'r.place = 1 and s.event_id is null';
  const [first, last] =
    seen === undefined
      ? ['r.first_stamp', 'r.last_stamp']
      : [
          'least(r.first_stamp, coalesce(s.first_stamp, r.first_stamp))',
          'greatest(r.last_stamp, coalesce(s.last_stamp, r.last_stamp))',
        ];
  const known =
    seen === undefined
      ? ''
      : `left join (select emitter, id_hour, event_id, min(observed_time) as first_stamp, max(observed_time) as last_stamp
          from (${seen}) group by emitter, id_hour, event_id) s
        on s.emitter = r.emitter and s.id_hour = r.id_hour and s.event_id = r.event_id`;
  return `select ${LINE_COLUMNS.map((name) => `r."${name}"`).join(', ')}, ${counted} as counted,
      not (${counted}) and coalesce(${first} <> ${last}, false) as restamped from (
      select o.*, row_number() over (partition by ${ID} order by ${LINE_ORDER}) as place,
        min(observed_time) over (partition by ${ID}) as first_stamp, max(observed_time) over (partition by ${ID}) as last_stamp
      from (${copied}) o
    ) r ${known}`;
}
