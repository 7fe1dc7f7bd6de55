import pLimit from 'p-limit';
import type { DataFile, ViewRead } from '../DataFile.js';
import type { AthenaSession } from './AthenaSession.js';
import { type AthenaTables, tableOfView } from './athenaTables.js';
import type { CompactedLines } from './CompactedLines.js';
import { listObjects } from './listObjects.js';
import { lookAt } from './lookAt.js';
import { snapshotBytes } from './snapshotBytes.js';
import { type TablePlace, tablePlace } from './tablePlace.js';

const LISTINGS_AT_ONCE = 16;

/**
 * The objects that statements can read for these views, each once: those of a Hive table by a listing, of lines only under
 * the prefixes of the tenants and dates they name; those of an Iceberg table as one entry, whose bytes its current snapshot
 * states. No footer is looked at and no query is run. Throws as a call to Athena does.
 */
export async function athenaFiles(
  session: AthenaSession,
  { tables, compacted }: { readonly tables: AthenaTables; readonly compacted?: CompactedLines | undefined },
  reads: readonly ViewRead[],
): Promise<readonly DataFile[]> {
  const limit = pLimit(LISTINGS_AT_ONCE);
  const places = new Map<string, Promise<TablePlace>>();
  const placeOf = (table: string): Promise<TablePlace> => {
    const place = places.get(table) ?? tablePlace(session, tables.database, table);
    places.set(table, place);
    return place;
  };
  const filesOf = async (table: string, { tenants, dates }: ViewRead): Promise<readonly DataFile[]> => {
    const place = await placeOf(table);
    const { metadata } = place;
    if (metadata !== undefined) {
      const bytes = await limit(() => snapshotBytes(session, metadata));
      return [{ path: `s3://${place.bucket}/${place.key}`, bytes }];
    }
    const perTenant = isOfLines(tables, table) ? tenants?.map((tenant) => ({ tenant, dates })) : undefined;
    const listings = perTenant ?? [{ dates }];
    return (await Promise.all(listings.map((each) => limit(() => listObjects(session, place, each))))).flat();
  };
  const linesOf = async (read: ViewRead): Promise<readonly DataFile[]> => {
    if (compacted === undefined) return filesOf(tables.events, read);
    const both = await Promise.all([filesOf(tables.events, read), filesOf(tables.eventsCompacted, read)]);
    return both.flat().filter(({ path }) => compacted.isRead(path));
  };
  const found = async (read: ViewRead): Promise<readonly DataFile[]> => {
    const table = tableOfView(tables, read.view);
    if (table === undefined) return [];
    return table === tables.events ? linesOf(read) : filesOf(table, read);
  };
  return lookAt(session, 'looking what is read', async () => {
    const files = (await Promise.all(reads.map(found))).flat();
    return [...new Map(files.map((file) => [file.path, file])).values()];
  });
}

function isOfLines(tables: AthenaTables, table: string): boolean {
  return table === tables.events || table === tables.eventsCompacted;
}
