import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../engines/sqlText.js';
import { EVENTS_FILE } from './bookingFiles.js';

/** A part of the ledger and the last arrival among its lines. */
export interface ArrivedPart {
  /** Name of its folder among the bookings. */
  readonly name: string;
  /** Epoch milliseconds; negative infinity without lines. */
  readonly arrivalThrough: number;
}

/** The last arrival in each of these parts. */
export async function arrivalsOf(
  connection: DuckDBConnection,
  bookings: string,
  names: readonly string[],
): Promise<readonly ArrivedPart[]> {
  if (names.length === 0) return [];
  const files = names.map((name) => join(bookings, name, EVENTS_FILE));
  const reader = await connection.runAndReadAll(`select filename, epoch_ms(max(arrival_through))
    from read_parquet([${files.map(sqlText).join(', ')}], filename = true) group by filename`);
  const found = new Map(reader.getRows().map(([file, at]) => [String(file), Number(at)]));
  return names.map((name, place) => {
    return { name, arrivalThrough: found.get(files[place] ?? '') ?? Number.NEGATIVE_INFINITY };
  });
}
