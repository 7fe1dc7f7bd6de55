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
  'format',
  'attributes',
  'usage',
] as const;

/** Attributes are asked of few lines, and are most of what a line has here. */
const ATTRIBUTES = `case when format in (${Object.values(SIGN_FORMATS)
  .map((format) => `'${format}'`)
  .join(', ')}) then attributes end`;

const COPIED = ['emitter', 'dt', 'path', ...BOOKED_LINE_COLUMNS];

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
 * Copied lines with `counted`, which is false for duplicates. Of lines with one id the first counts, by arrival, then by
 * object; lines of one object that arrived in one millisecond under one id are the same bytes, and are ordered by what they
 * say.
 *
 * @param copied lines of the booking's objects
 * @param seen identities of earlier lines (emitter, id_hour, event_id), or undefined when there can be none
 */
export function countedLines(copied: string, seen: string | undefined): string {
  const counted = seen === undefined ? 'r.place = 1' : 'r.place = 1 and s.event_id is null';
  const known =
    seen === undefined
      ? ''
      : `left join (select distinct emitter, id_hour, event_id from (${seen})) s
        on s.emitter = r.emitter and s.id_hour = r.id_hour and s.event_id = r.event_id`;
  return `select ${COPIED.map((name) => `r."${name}"`).join(', ')}, ${counted} as counted from (
      select o.*, row_number() over (partition by emitter, id_hour, event_id
        order by arrival_time, path, event_time, usage) as place from (${copied}) o
    ) r ${known}`;
}
