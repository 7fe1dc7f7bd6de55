import { LAKE } from '../../../model/index.js';
import { type BucketEvents, bucketEvents } from '../../lake/bucketEvents.js';
import type { ObjectSource, ObjectSurvey } from '../../lake/ObjectSource.js';
import { s3EventObjects } from '../../lake/s3EventObjects.js';
import { filesIn } from '../../ledger/iceberg/filesIn.js';
import type { IcebergLedger } from '../../ledger/iceberg/IcebergLedger.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { s3Store } from '../../store/s3Store.js';
import type { Engine } from '../Engine.js';
import type { AthenaStatistics } from './AthenaStatistics.js';
import { athenaEmbeddedLedger } from './athenaEmbeddedLedger.js';
import { tableName } from './athenaTables.js';
import { lakeRoot } from './lakeRoot.js';
import { listObjects } from './listObjects.js';
import { lookAt } from './lookAt.js';
import { type AthenaParts, openAthena } from './openAthena.js';
import type { AthenaLakeOptions } from './openAthenaLake.js';
import { patientS3 } from './patientS3.js';

/** A ledger that Athena keeps, in tables beside those of its lake's lines, and what it is built from. */
export interface AthenaLedger {
  readonly ledger: IcebergLedger;
  /** The lake's log, and what else has one winner. */
  readonly store: ObjectStore;
  readonly source: ObjectSource & ObjectSurvey;
  /** What lies among its events, for whoever hears of them in another way than by listing. */
  readonly events: BucketEvents;
  /** Asks a SELECT as reports are asked: again when it fails for a reason that passes. */
  readonly ask: Required<Pick<Engine, 'query' | 'stream'>>;
  statistics(): AthenaStatistics;
  close(): Promise<void>;
}

/** Where the files of the ledger's tables are, below a lake in S3. */
export const WAREHOUSE = 'ledger/tables';

/**
 * Opens the ledger of the lake that a database's table of lines is over. Each of its statements is sent once. Throws as a
 * call to Athena does.
 */
export async function openAthenaLedger(
  { tables, listPrices: _, registry: __, ...rest }: AthenaLakeOptions,
  clock: () => number,
  parts: Partial<AthenaParts> = {},
): Promise<AthenaLedger> {
  const engine = openAthena({ ...rest, database: tables.database }, parts);
  // A build may take longer than any one statement of it.
  const session = engine.session(Number.POSITIVE_INFINITY);
  const { bucket, prefix } = await lookAt(session, 'looking where the lake is', () => lakeRoot(session, tables));
  const location = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  const client = patientS3(session);
  const store = s3Store({ client, bucket, prefix });
  return {
    ledger: {
      session: engine,
      place: {
        dialect: 'athena',
        catalog: tables.catalog ?? 'awsdatacatalog',
        schema: tables.database,
        warehouse: `${location}/${WAREHOUSE}`,
      },
      objects: {
        name: tableName(tables, tables.events),
        location,
        compacted: {
          name: tableName(tables, tables.eventsCompacted),
          files: (of) =>
            lookAt(session, 'looking where the lines are', () =>
              filesIn(LAKE.compacted, of, async (folder) => {
                const listed = await listObjects(session, { bucket, key: `${prefix}${folder}/` }, {});
                return listed.map(({ path }) => path.slice(location.length + 1));
              }),
            ),
        },
      },
      embedded: athenaEmbeddedLedger(engine, tables, location),
    },
    store,
    source: s3EventObjects({ client, bucket, prefix, store, clock }),
    events: bucketEvents({ client, bucket, prefix }),
    ask: { query: engine.query, stream: engine.stream },
    statistics: engine.statistics,
    close: engine.close,
  };
}
