import { createHash } from 'node:crypto';
import type { Envelope } from '../model/index.js';

/**
 * The identity of a line (design decision 3): where it stood and its bytes, never when it was read. So a resent chunk, an
 * aggregate and a split give the same id, and other bytes at the same place (a truncated file) give another.
 *
 * @param text the application's text, as the envelope carries it
 * @param base identity of the record, used with `index` for lines that carry no position
 */
export function eventId(envelope: Partial<Envelope>, text: string, base: string, index: number): string {
  const pod = envelope.pod_uid ?? envelope.pod;
  const positioned = envelope.file !== undefined && envelope.offset !== undefined && pod !== undefined;
  const parts =
    envelope.source !== undefined && envelope.uid !== undefined
      ? ['source', envelope.source, envelope.uid]
      : positioned
        ? [
            'position',
            envelope.cluster ?? '',
            pod,
            envelope.container ?? '',
            envelope.file ?? '',
            String(envelope.offset),
            envelope.cri_time ?? '',
            text,
          ]
        : ['record', base, String(index)];
  // Lengths keep ("ab", "c") and ("a", "bc") apart.
  const input = parts.map((part) => `${part.length}:${part}`).join('');
  return createHash('sha256').update(input).digest('hex').slice(0, 32);
}

/** Identity of a record for its lines without position: the place in an imported file, else the hash of its bytes. */
export function recordBase(bytes: Buffer, shardId: string | undefined, sequenceNumber: string | undefined): string {
  if (shardId?.startsWith('file-') === true) return `${shardId}/${sequenceNumber ?? ''}`;
  return createHash('sha256').update(bytes).digest('hex');
}
