import { AppError, type LogEntry } from '../../../model/index.js';
import type { ReadObject } from './ObjectTable.js';

/**
 * Refuses to book lines that are no longer where they were delivered: compacted, past their retention, or erased. Reading
 * what is left of them would look like all of it. Throws USAGE.
 */
export function mustBeDelivered(log: readonly LogEntry[], objects: readonly ReadObject[]): void {
  const moved = new Set<string>();
  const expired = new Set<string>();
  for (const entry of log) {
    if (entry.kind === 'compaction')
      for (const { from } of entry.partitions) for (const { object } of from) moved.add(object);
    if (entry.kind === 'retention') for (const { emitter, dt } of entry.partitions) expired.add(`${emitter}/${dt}`);
  }
  const erased = log.some(({ kind }) => kind === 'erasure');
  const found = objects.find(
    ({ object, emitter, dt }) =>
      moved.has(object) || expired.has(`${emitter}/${dt}`) || (erased && emitter === '_erased'),
  );
  if (found === undefined) return;
  throw new AppError(
    'USAGE',
    'a ledger in Iceberg cannot book beside lines that were compacted, erased or are past their retention yet',
    {
      got: found.object,
      hint: 'build the ledger with --engine duckdb, or run lake compact, retention and erasure on lakes without a ledger in Iceberg',
    },
  );
}
