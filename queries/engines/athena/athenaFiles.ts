import pLimit from 'p-limit';
import type { DataFile, ViewRead } from '../DataFile.js';
import type { AthenaSession } from './AthenaSession.js';
import { type AthenaTables, tableOfView } from './athenaTables.js';
import { stoppedQuery } from './failedQuery.js';
import { Stopped } from './Guard.js';
import { listObjects } from './listObjects.js';
import { refusedCall } from './refusedCall.js';
import { snapshotBytes } from './snapshotBytes.js';
import { type TablePlace, tablePlace } from './tablePlace.js';

const LISTINGS_AT_ONCE = 16;
const NEEDS = 'athena:GetTableMetadata, glue:GetTable, and s3:ListBucket and s3:GetObject on the bucket of the lake';

/**
 * The objects that statements can read for these views, each once: those of a Hive table by a listing, of lines only under
 * the prefixes of the tenants and dates they name; those of an Iceberg table as one entry, whose bytes its current snapshot
 * states. No footer is looked at and no query is run. Throws as a call to Athena does.
 */
export async function athenaFiles(
  session: AthenaSession,
  tables: AthenaTables,
  reads: readonly ViewRead[],
): Promise<readonly DataFile[]> {
  const limit = pLimit(LISTINGS_AT_ONCE);
  const places = new Map<string, Promise<TablePlace>>();
  const placeOf = (table: string): Promise<TablePlace> => {
    const place = places.get(table) ?? tablePlace(session, tables.database, table);
    places.set(table, place);
    return place;
  };
  const filesOf = async ({ view, tenants, dates }: ViewRead): Promise<readonly DataFile[]> => {
    const table = tableOfView(tables, view);
    if (table === undefined) return [];
    const place = await placeOf(table);
    const { metadata } = place;
    if (metadata !== undefined) {
      const bytes = await limit(() => snapshotBytes(session, metadata));
      return [{ path: `s3://${place.bucket}/${place.key}`, bytes }];
    }
    const perTenant = table === tables.events ? tenants?.map((tenant) => ({ tenant, dates })) : undefined;
    const listings = perTenant ?? [{ dates }];
    return (await Promise.all(listings.map((each) => limit(() => listObjects(session, place, each))))).flat();
  };
  try {
    const found = (await Promise.all(reads.map(filesOf))).flat();
    return [...new Map(found.map((file) => [file.path, file])).values()];
  } catch (error) {
    if (error instanceof Stopped) throw stoppedQuery(error.reason, undefined);
    throw refusedCall(error, { call: 'looking what is read', settings: session.settings, needs: NEEDS });
  }
}
