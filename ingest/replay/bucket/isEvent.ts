import { decodeRecord } from '../../../transforms/index.js';

/**
 * True of bytes that the transform has answered, lines of the event table, as Firehose may keep them of failures behind it
 * (which of the two it keeps is not documented). They are no records of a stream: sent again, they would be read as an envelope with nothing
 * in it. An application cannot pass for it, since what it prints is a text inside the envelope.
 */
export function isEvent(bytes: Buffer): boolean {
  if (!bytes.includes('"event_id"')) return false;
  const decoded = decodeRecord(bytes);
  if (!decoded.ok) return false;
  try {
    const line: unknown = JSON.parse(decoded.texts[0] ?? '');
    return typeof line === 'object' && line !== null && 'event_id' in line && 'id_hour' in line;
  } catch {
    return false;
  }
}
