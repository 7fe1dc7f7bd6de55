import type { BookingFile } from '../bookingFiles.js';
import { quoted } from './IcebergPlace.js';

const AGGREGATES: Readonly<Record<string, string>> = { bit_or: 'bitwise_or_agg' };

/** The rows of several bookings as those of one: a row a key, less the number of the manifest. */
export function mergedRows({ columns, merge, nothing }: BookingFile, from: string, by: readonly string[] = []): string {
  const own = columns.filter(({ name }) => name !== 'manifest' && name !== 'booked_date');
  const keys = [...by, ...own.filter(({ name }) => merge[name] === undefined).map(({ name }) => name)].map(quoted);
  const merged = own.flatMap(({ name }) => {
    const how = merge[name];
    if (how === undefined) return [];
    if (typeof how === 'string') return [`${AGGREGATES[how] ?? how}(${quoted(name)}) as ${quoted(name)}`];
    const pick = 'atLeast' in how ? `min(row(${quoted(how.atLeast)}` : `max(row(${quoted(how.atMost)}`;
    return [`${pick}, ${quoted(name)}))[2] as ${quoted(name)}`];
  });
  const rows = `select ${[...keys, ...merged].join(', ')} from ${from} group by ${keys.join(', ')}`;
  return nothing === undefined ? rows : `select * from (${rows}) where not (${nothing})`;
}
