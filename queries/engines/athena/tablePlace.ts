import { GetTableMetadataCommand } from '@aws-sdk/client-athena';
import { AppError } from '../../../model/index.js';
import type { AthenaSession } from './AthenaSession.js';
import { sendPatiently } from './sendPatiently.js';

/** An object or a prefix in S3. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** Where the objects of a table lie, its key ending with a slash, and where an Iceberg table's metadata does. */
export interface TablePlace extends S3Place {
  readonly metadata?: S3Place;
}

const DEFAULT_CATALOG = 'AwsDataCatalog';

/** Asks the catalogue where a table lies. Throws ENGINE_UNAVAILABLE when it does not say. */
export async function tablePlace(session: AthenaSession, database: string, table: string): Promise<TablePlace> {
  const command = new GetTableMetadataCommand({
    CatalogName: session.settings.catalog ?? DEFAULT_CATALOG,
    DatabaseName: database,
    TableName: table,
  });
  const { signal } = session.guard;
  const answer = await sendPatiently(session, () => session.athena.send(command, { abortSignal: signal }));
  const { location, metadata_location: metadataLocation } = answer.TableMetadata?.Parameters ?? {};
  const place = s3Place(location);
  if (place === undefined) {
    throw new AppError('ENGINE_UNAVAILABLE', 'the catalogue does not say where a table lies', {
      where: `${database}.${table}`,
      expected: 's3://bucket/prefix/',
      got: location ?? 'no location',
      hint: 'check that the table is deployed; docs/athena.md lists the tables',
    });
  }
  const metadata = s3Place(metadataLocation);
  const key = place.key === '' || place.key.endsWith('/') ? place.key : `${place.key}/`;
  return { bucket: place.bucket, key, ...(metadata === undefined ? {} : { metadata }) };
}

function s3Place(url: string | undefined): S3Place | undefined {
  const [, bucket, key = ''] = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/s.exec(url ?? '') ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}
