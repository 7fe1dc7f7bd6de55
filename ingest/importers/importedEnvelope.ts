import { ENVELOPE_SCHEMA, type Envelope, RESERVED_TENANTS, type Source } from '../../model/index.js';
import type { ImportedLine } from './ImportedLine.js';

/** Longest text of one line, in characters: with its envelope it still fits a record of 1 MiB of ASCII. */
export const MAX_TEXT = 900_000;

/** The envelope of an imported line: the platform's own, its consumer for the transform to find. */
export function importedEnvelope(source: Source, line: ImportedLine, uid: string): Envelope {
  const cut = line.text.length > MAX_TEXT;
  return {
    schema: ENVELOPE_SCHEMA,
    tenant_id: RESERVED_TENANTS.shared,
    source,
    uid: line.uid ?? uid,
    file: line.file,
    ...(line.time === undefined ? {} : { time: line.time }),
    log: cut ? line.text.slice(0, MAX_TEXT) : line.text,
    ...(cut ? { truncated: true } : {}),
  };
}
