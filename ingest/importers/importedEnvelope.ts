import { ENVELOPE_SCHEMA, type Envelope, RESERVED_TENANTS, type Source } from '../../model/index.js';
import type { ImportedLine } from './ImportedLine.js';

/** Longest text of one line, in bytes of its JSON: with its envelope it still fits a record of 1 MiB. */
export const MAX_TEXT = 900_000;

/** The envelope of an imported line: the platform's own, its consumer for the transform to find. */
export function importedEnvelope(source: Source, line: ImportedLine, uid: string): Envelope {
  const text = cutToFit(line.text);
  const cut = text !== line.text;
  return {
    schema: ENVELOPE_SCHEMA,
    tenant_id: RESERVED_TENANTS.shared,
    source,
    uid: line.uid ?? uid,
    file: line.file,
    ...(line.time === undefined ? {} : { time: line.time }),
    log: text,
    ...(cut ? { truncated: true } : {}),
  };
}

/** A character may take six bytes in JSON, so a text that does not fit is cut to what fits whatever it holds. */
function cutToFit(text: string): string {
  if (text.length * 6 <= MAX_TEXT || Buffer.byteLength(JSON.stringify(text)) <= MAX_TEXT) return text;
  return text.slice(0, MAX_TEXT / 6);
}
