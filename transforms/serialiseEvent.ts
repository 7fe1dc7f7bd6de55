import type { Event } from '../model/index.js';

/**
 * One event as a line of NDJSON without the line end. The keys are the table's columns, in order. Quantities are written
 * as integer literals: they pass through no `number`, so 2^63-1 stays 2^63-1.
 */
export function serialiseEvent(event: Event): string {
  const { usage, problems, ...head } = event;
  const entries = usage.map(({ quantity_micros, ...entry }) => {
    return `${JSON.stringify(entry).slice(0, -1)},"quantity_micros":${quantity_micros}}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"usage":[${entries.join(',')}],"problems":${JSON.stringify(problems)}}`;
}
