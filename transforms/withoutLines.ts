import type { Envelope } from '../model/index.js';
import { decodeLines, decodeRecord } from './decodeRecord.js';
import { recordBase } from './eventId.js';
import { readEnvelope } from './readEnvelope.js';
import { pieceOf } from './splitRecord.js';

/** What is left of a record. */
export type RecordWithout =
  | { readonly kind: 'undecodable' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'empty'; readonly dropped: number }
  | { readonly kind: 'changed'; readonly dropped: number; readonly data: Buffer };

/**
 * A record without some of its lines, judged by envelope and text. The others keep their identity, also those that have
 * none but their place in the record. A line that is no JSON object has an empty envelope.
 *
 * @param place where the record lies, as the transform is told of it
 */
export function withoutLines(
  received: Buffer,
  place: { readonly shardId: string; readonly sequenceNumber: string },
  isDropped: (envelope: Partial<Envelope>, text: string) => boolean,
): RecordWithout {
  const decoded = decodeRecord(received);
  if (!decoded.ok) return { kind: 'undecodable' };
  const { texts, header, bytes } = decoded;
  const lines = decodeLines(texts, header, bytes);
  if (lines === undefined) return { kind: 'undecodable' };
  const kept = lines.filter(
    ({ text, object }) => !isDropped(object === undefined ? {} : readEnvelope(object).envelope, text),
  );
  const dropped = lines.length - kept.length;
  if (dropped === 0) return { kind: 'unchanged' };
  if (kept.length === 0) return { kind: 'empty', dropped };
  const base = header?.base ?? recordBase(bytes, place.shardId, place.sequenceNumber);
  return { kind: 'changed', dropped, data: pieceOf(kept, Math.max(header?.hop ?? 0, 1), base).data };
}
