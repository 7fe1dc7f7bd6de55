import { GetObjectCommand } from '@aws-sdk/client-s3';
import { AppError, messageOf } from '../../../model/index.js';
import { AthenaCsvReader, type TextRow } from './AthenaCsvReader.js';
import type { AthenaSession } from './AthenaSession.js';
import { waitOrThrow } from './sendPatiently.js';

/** What an object of a result is read for. */
interface ResultObject {
  readonly location: string;
  readonly names: readonly string[];
}

/**
 * The rows of a result from its CSV object, as they come. When the connection breaks it is read again from the start, and
 * the rows that were already given are passed over: a result never changes.
 */
export async function* readResultObject(session: AthenaSession, object: ResultObject): AsyncGenerator<TextRow[]> {
  let given = 0;
  for (let turn = 0; ; turn += 1) {
    session.guard.check();
    try {
      let seen = 0;
      for await (const rows of readOnce(session, object)) {
        const fresh = rows.slice(Math.max(0, given - seen));
        seen += rows.length;
        given = Math.max(given, seen);
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      await waitOrThrow(session, error, turn);
    }
  }
}

async function* readOnce({ s3, guard }: AthenaSession, { location, names }: ResultObject): AsyncGenerator<TextRow[]> {
  const { bucket, key } = parseLocation(location);
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const object = await s3.send(command, { abortSignal: guard.signal });
  const body = object.Body as unknown as AsyncIterable<Uint8Array> | undefined;
  if (body === undefined) throw damaged(location, 'an object without a body');
  let header = true;
  const take = (parse: () => TextRow[]): TextRow[] => {
    const rows = parsed(location, parse);
    for (const row of rows) {
      if (row.length !== names.length)
        throw damaged(location, `a row of ${row.length} values for ${names.length} columns`);
    }
    if (!header || rows.length === 0) return rows;
    header = false;
    if (rows[0]?.some((text, index) => text !== names[index])) throw damaged(location, 'other column names');
    return rows.slice(1);
  };
  const reader = new AthenaCsvReader();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const chunk of body) {
    guard.check();
    yield take(() => reader.push(decoder.decode(chunk, { stream: true })));
  }
  yield take(() => [...reader.push(decoder.decode()), ...reader.end()]);
  if (header) throw damaged(location, 'an object without column names');
}

function parsed(location: string, parse: () => TextRow[]): TextRow[] {
  try {
    return parse();
  } catch (error) {
    throw damaged(location, messageOf(error));
  }
}

function damaged(location: string, got: string): AppError {
  return new AppError('READ_FAILED', 'the object of a result is not as Athena writes it', { where: location, got });
}

function parseLocation(location: string): { readonly bucket: string; readonly key: string } {
  const found = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location);
  const [, bucket, key] = found ?? [];
  if (bucket === undefined || key === undefined) throw damaged(location, 'no place in S3');
  return { bucket, key };
}
