import { GetObjectCommand } from '@aws-sdk/client-s3';
import { AppError, messageOf } from '../../../model/index.js';
import { AthenaCsvReader, type TextRow } from './AthenaCsvReader.js';
import type { AthenaSession } from './AthenaSession.js';
import { sendPatiently } from './sendPatiently.js';

/**
 * Streams the CSV object of a result. When the connection breaks it is read again from the start, after `restart` has
 * told the caller to forget the rows given so far.
 */
export async function readResultObject(
  session: AthenaSession,
  location: string,
  names: readonly string[],
  restart: () => void,
  add: (row: TextRow) => void,
): Promise<void> {
  const { bucket, key } = parseLocation(location);
  await sendPatiently(session, async () => {
    restart();
    const { signal } = session.guard;
    const object = await session.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    const body = object.Body as unknown as AsyncIterable<Uint8Array> | undefined;
    if (body === undefined) throw damaged(location, 'an object without a body');
    let header = true;
    const take = (rows: readonly TextRow[]): void => {
      for (const row of rows) {
        if (row.length !== names.length)
          throw damaged(location, `a row of ${row.length} values for ${names.length} columns`);
        if (!header) add(row);
        else if (row.some((text, index) => text !== names[index])) throw damaged(location, 'other column names');
        header = false;
      }
    };
    const reader = new AthenaCsvReader();
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    for await (const chunk of body) {
      session.guard.check();
      take(parsed(location, () => reader.push(decoder.decode(chunk, { stream: true }))));
    }
    take(parsed(location, () => [...reader.push(decoder.decode()), ...reader.end()]));
    if (header) throw damaged(location, 'an object without column names');
  });
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
