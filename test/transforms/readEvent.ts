import { EVENT_COLUMNS, type Event, eventSchema } from '../../model/index.js';

const NULLS = Object.fromEntries(EVENT_COLUMNS.map(({ name }) => [name, null]));
const ORDER = EVENT_COLUMNS.map(({ name }) => name);

/**
 * A line of the transform's NDJSON as the lake's reader takes it: a column left out is null, integers beyond 2^53 keep
 * their digits. Throws for a column that is none, stands out of order, or is written though it is null.
 */
export function readEvent(line: string): Event {
  const value = JSON.parse(line.replace(/"quantity_micros":(-?\d+)/g, '"quantity_micros":"$1"')) as Record<
    string,
    unknown
  >;
  const places = Object.keys(value).map((name) => ORDER.indexOf(name));
  if (places.includes(-1) || places.some((place, at) => at > 0 && place <= (places[at - 1] ?? 0)))
    throw new Error(`not columns in order: ${Object.keys(value).join(', ')}`);
  if (Object.values(value).includes(null)) throw new Error('a null column is written');
  return eventSchema.parse({ ...NULLS, ...value });
}
