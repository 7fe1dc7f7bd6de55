import { resolve } from 'node:path';
import { AppError, type ListPrice, type Registry } from '../../../model/index.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { findGaps } from '../../ledger/findGaps.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { bookedObjects, type LedgerPart, ledgerParts } from '../bookedFiles.js';
import { checkLake } from '../checkLake.js';
import type { Engine } from '../Engine.js';
import { whileListed } from '../whileListed.js';
import { lakeTables } from './lakeTables.js';
import { lakeViews } from './lakeViews.js';
import type { TrinoAddress } from './parseTrinoUrl.js';
import { TrinoClient } from './TrinoClient.js';
import type { TrinoTransport } from './trinoRequest.js';
import { withViews } from './withViews.js';

/** What the Trino engine reads, where, and as whom. */
export interface TrinoOptions extends TrinoTransport, TrinoAddress {
  /** The lake as this process sees it: its log says which files count. */
  readonly lake: string;
  /** The same folder as Trino sees it, such as `local:///`. */
  readonly location: string;
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
  readonly signal?: AbortSignal;
}

/**
 * A Trino server over a lake it can read, through a Hive catalogue with a file metastore. The views are those of every
 * engine, finished parts only. Throws LAKE_NOT_FOUND; ENGINE_UNAVAILABLE when the server is away or sees other files than
 * this process: figures of half a lake look like figures.
 */
export async function openTrino(options: TrinoOptions): Promise<Engine> {
  await checkLake(options.lake);
  const lake = resolve(options.lake);
  const gaps = await findGaps(lake);
  const client = new TrinoClient(options);
  const tables = lakeTables(options.catalog, options.location);
  const parts = await ledgerParts(lake);
  const index = await readObjectIndex(lake, await readLog(lake));
  const views = lakeViews({ ...options, tables, parts, objects: await bookedObjects(lake, parts, index) });
  const query = whileListed((sql) => client.run(withViews(sql, views)), options.clock);
  // Without a booking there is no folder a table could stand on, and no view that reads one.
  if (parts.length > 0) {
    for (const statement of tables.createBookings) {
      await client.run(statement).catch((error: unknown) => Promise.reject(cannotPlace(error, options)));
    }
    await checkSameLake(query, parts, options.location);
  }
  return { gaps, views: TRINO_VIEWS, query, close: async () => undefined };
}

/** What reports on Trino can read so far: not yet single lines. */
const TRINO_VIEWS: readonly string[] = [
  'ledger',
  'booked_events',
  'booked_heartbeats',
  'booked_sources',
  'heartbeats',
  'list_prices',
  'tenants',
];

/** Interrupted stays interrupted; everything else is about the catalogue or the place the user named. */
function cannotPlace(error: unknown, { catalog, location }: TrinoOptions): unknown {
  if (!(error instanceof AppError) || error.code !== 'ENGINE_UNAVAILABLE') return error;
  return new AppError('ENGINE_UNAVAILABLE', 'Trino does not see this lake', {
    where: `catalogue ${catalog}, ${location}`,
    got: error.message.split('\n')[0] ?? '',
    hint: 'check the catalogue in --trino-url and --trino-location; queries/README.md has its settings',
    cause: error,
  });
}

/** The lines Trino sees of each part must be those its manifests took; a merged part has the number of its last one. */
async function checkSameLake(query: Engine['query'], parts: readonly LedgerPart[], location: string): Promise<void> {
  const seen = await query('select manifest, cast(sum("rows") as bigint) from booked_events group by manifest');
  const lines = new Map(seen.rows.map(([manifest, rows]) => [Number(manifest), Number(rows)]));
  for (const { manifests } of parts) {
    const expected = manifests.flatMap(({ objects }) => objects).reduce((sum, { rows }) => sum + rows, 0);
    const number = manifests.at(-1)?.number ?? 0;
    const got = lines.get(number) ?? 0;
    if (got === expected) continue;
    throw new AppError('ENGINE_UNAVAILABLE', 'Trino does not see this lake', {
      where: `booking ${number} under ${location}`,
      expected: `${expected} lines`,
      got: String(got),
      hint: 'check --trino-location, and that its catalogue has hive.recursive-directories=true',
    });
  }
}
