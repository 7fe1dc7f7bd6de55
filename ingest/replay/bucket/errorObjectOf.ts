import { AppError, LAKE } from '../../../model/index.js';
import type { ErrorObject } from './ErrorObjects.js';

/** `STREAM-VERSION-yyyy-MM-dd-HH-mm-ss-UUID`, and an ending perhaps: how Firehose names what it writes. */
const NAME = /^(?<delivery>[a-zA-Z0-9_.-]+)-\d+-\d{4}(?:-\d\d){5}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[^/]*$/;

/**
 * What the path of an error object says: what failed, and which delivery stream wrote it. Whose stream a record came by decides
 * what it is believed, so an object with another name is refused. Throws INPUT_INVALID.
 */
export function errorObjectOf(path: string, etag: string, place: string): ErrorObject {
  const [folder, type, ...rest] = path.split('/');
  const delivery = NAME.exec(rest.at(-1) ?? '')?.groups?.delivery;
  if (folder === LAKE.errors && type !== undefined && delivery !== undefined) return { path, type, delivery, etag };
  throw new AppError('INPUT_INVALID', 'not an error object of Firehose', {
    where: place,
    expected: 'errors/TYPE/yyyy/MM/dd/HH/STREAM-VERSION-yyyy-MM-dd-HH-mm-ss-UUID',
    got: path,
    hint: 'move it out of errors/ if something else wrote it',
  });
}
