import { LAKE, type S3Address } from '../../../model/index.js';
import { type AthenaLedger, WAREHOUSE } from '../../engines/athena/openAthenaLedger.js';
import type { Engine } from '../../engines/Engine.js';
import type { TrinoAddress } from '../../engines/trino/parseTrinoUrl.js';
import { TrinoClient } from '../../engines/trino/TrinoClient.js';
import type { TrinoTransport } from '../../engines/trino/trinoRequest.js';
import { bucketEvents } from '../../lake/bucketEvents.js';
import type { ObjectSource, ObjectSurvey } from '../../lake/ObjectSource.js';
import { s3EventObjects } from '../../lake/s3EventObjects.js';
import { BucketFiles, type BucketOptions } from '../../store/BucketFiles.js';
import { s3Store } from '../../store/s3Store.js';
import { KnownLog } from '../checkpoint/KnownLog.js';
import { filesIn } from './filesIn.js';
import { quoted } from './IcebergPlace.js';
import { type LedgerEngineOptions, openLedgerEngine } from './openLedgerEngine.js';
import { trinoEmbeddedLedger } from './trinoEmbeddedLedger.js';

/** The ledger of a lake in S3, whoever computes it: its tables, its lake's log, and the objects there are. */
export type BucketLedger = Pick<AthenaLedger, 'ledger' | 'store' | 'source' | 'events'>;

/** What of it a build needs, however it learns of new objects. */
export type LedgerToBuild = Pick<BucketLedger, 'ledger' | 'store'> & { readonly source: ObjectSource };

/** What of it a reader needs, however it learns what is not booked. */
export type LedgerToRead = Pick<BucketLedger, 'ledger' | 'store'> & { readonly source: ObjectSurvey };

/** A Trino server over the deployed catalogue of a lake in S3, and where it keeps the lake's ledger. */
export interface TrinoBucketOptions extends TrinoTransport, TrinoAddress, S3Address {
  readonly client: BucketOptions['client'];
  /** The Glue database of the lake, as the Hive catalogue of the address sees it. */
  readonly database: string;
  /** The Iceberg catalogue and schema of the ledger. */
  readonly ledgerCatalog: string;
  readonly ledgerSchema: string;
  readonly signal?: AbortSignal;
}

/**
 * The ledger of a lake in S3 on a Trino server, through the same tables of lines that Athena reads. Nothing is sent before the
 * first statement.
 */
export function trinoBucketLedger(options: TrinoBucketOptions): BucketLedger {
  const { client, bucket, prefix, clock, catalog, database } = options;
  const failureHint = `see the query in Trino's web interface, ${options.server}/ui; what is booked stands, so it can be run again`;
  const session = new TrinoClient({ ...options, failureHint });
  const location = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  const store = s3Store({ client, bucket, prefix });
  const files = new BucketFiles({ client, bucket, prefix });
  const table = (name: string): string => [catalog, database, name].map(quoted).join('.');
  return {
    ledger: {
      session,
      place: {
        dialect: 'trino',
        catalog: options.ledgerCatalog,
        schema: options.ledgerSchema,
        warehouse: `${location}/${WAREHOUSE}`,
      },
      objects: {
        name: table('events'),
        location,
        compacted: {
          name: table('events_compacted'),
          files: (of) =>
            filesIn(LAKE.compacted, of, async (folder) =>
              (await files.list(folder)).map(({ key }) => `${folder}/${key}`),
            ),
        },
      },
      embedded: {
        // A lake in S3 keeps identities of lines that are gone, and no bookings of its own.
        ...trinoEmbeddedLedger(session, { lake: '', location, catalog }),
        folders: async () => new Set(),
        rows: async () => undefined,
      },
    },
    store,
    source: s3EventObjects({ client, bucket, prefix, store, clock }),
    events: bucketEvents({ client, bucket, prefix }),
  };
}

/** An engine of saved queries over the ledger of a lake in S3, as it stands now. Throws as `openLedgerEngine`. */
export async function openBucketLedger(
  { ledger, store, source }: LedgerToRead,
  options: LedgerEngineOptions,
  ask?: Pick<Engine, 'query' | 'stream'>,
): Promise<Engine> {
  const log = await KnownLog.open(store, { journal: false });
  const { partitions: open } = await source.survey(log);
  return openLedgerEngine({ ledger, log, open, ...(ask === undefined ? {} : { ask }) }, options);
}
