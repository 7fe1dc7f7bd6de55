import { hash } from 'node:crypto';
import type { Envelope } from '../model/index.js';

/**
 * The identity of a line (design decision 3): where it stood and its bytes, never when it was read. So a resent chunk, an
 * aggregate and a split give the same id, and other bytes at the same place (a truncated file) give another.
 *
 * @param text the application's text, as the envelope carries it
 * @param base identity of the record, used with `index` for lines that carry no position
 */
export function eventId(envelope: Partial<Envelope>, text: string, base: () => string, index: number): string {
  const pod = envelope.pod_uid ?? envelope.pod;
  if (envelope.source !== undefined && envelope.uid !== undefined)
    return digest(part('source') + part(envelope.source) + part(envelope.uid));
  if (envelope.file === undefined || envelope.offset === undefined || pod === undefined)
    return digest(part('record') + part(base()) + part(String(index)));
  return digest(
    part('position') +
      part(envelope.cluster ?? '') +
      part(pod) +
      part(envelope.container ?? '') +
      part(envelope.file) +
      part(String(envelope.offset)) +
      part(envelope.cri_time ?? '') +
      part(text),
  );
}

/** Lengths keep ("ab", "c") and ("a", "bc") apart. */
function part(text: string): string {
  return `${text.length}:${text}`;
}

function digest(input: string): string {
  return hash('sha256', input, 'hex').slice(0, 32);
}

/** Identity of a record for its lines without position: the place in an imported file, else the hash of its bytes. */
export function recordBase(bytes: Buffer, shardId: string | undefined, sequenceNumber: string | undefined): string {
  if (shardId?.startsWith('file-') === true) return `${shardId}/${sequenceNumber ?? ''}`;
  return hash('sha256', bytes, 'hex');
}
