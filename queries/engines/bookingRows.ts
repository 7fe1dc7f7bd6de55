import { join } from 'node:path';
import { HEARTBEATS_FILE, SOURCES_FILE } from '../ledger/bookingFiles.js';
import type { LedgerPart } from './bookedFiles.js';
import { existing } from './eventViews.js';
import { openScratch } from './openScratch.js';
import { sqlText } from './sqlText.js';

const MEMORY_MB = 256;

/** The files of bookings, by the view that shows them as they are. */
export const BOOKING_VIEWS: Readonly<Record<string, string>> = {
  ledger: 'usage.parquet',
  booked_events: 'events.parquet',
  heartbeat_rows: HEARTBEATS_FILE,
  booked_sources: SOURCES_FILE,
};

/** How many rows the files of bookings have, by `view manifest`; what has none is not listed. */
export async function bookingRows(lake: string, parts: readonly LedgerPart[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const { connection, close } = await openScratch({ lake, memoryMb: MEMORY_MB, threads: 1 });
  try {
    for (const [view, name] of Object.entries(BOOKING_VIEWS)) {
      const files = await existing(parts.map(({ folder }) => join(lake, folder, name)));
      if (files.length === 0) continue;
      const reader = await connection.runAndReadAll(
        `select manifest, count(*) from read_parquet([${files.map(sqlText).join(', ')}]) group by manifest`,
      );
      for (const [manifest, rows] of reader.getRows()) found.set(`${view} ${manifest}`, Number(rows));
    }
    return found;
  } finally {
    await close();
  }
}
