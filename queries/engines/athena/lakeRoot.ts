import { AppError, LAKE, type S3Address } from '../../../model/index.js';
import type { AthenaSession } from './AthenaSession.js';
import type { AthenaTables } from './athenaTables.js';
import { tablePlace } from './tablePlace.js';

/** Where a lake lies, by its table of lines; the prefix ends with a slash or is empty. Throws ENGINE_UNAVAILABLE. */
export async function lakeRoot(session: AthenaSession, tables: AthenaTables): Promise<S3Address> {
  const { bucket, key } = await tablePlace(session, tables.database, tables.events);
  const folder = `${LAKE.events}/`;
  if (key === folder || key.endsWith(`/${folder}`)) return { bucket, prefix: key.slice(0, -folder.length) };
  throw new AppError('ENGINE_UNAVAILABLE', `the table ${tables.events} is not over the events of a lake`, {
    where: tables.database,
    expected: `s3://bucket/prefix/${folder}`,
    got: `s3://${bucket}/${key}`,
  });
}
