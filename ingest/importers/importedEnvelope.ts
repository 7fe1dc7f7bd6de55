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

/** The longest beginning whose JSON fits, by halving: a character takes one to six bytes. */
function cutToFit(text: string): string {
  const fits = (part: string): boolean =>
    part.length * 6 <= MAX_TEXT || (part.length <= MAX_TEXT && Buffer.byteLength(JSON.stringify(part)) <= MAX_TEXT);
  if (fits(text)) return text;
  let kept = 0;
  let over = Math.min(text.length, MAX_TEXT);
  while (over - kept > 1) {
    const middle = Math.floor((kept + over) / 2);
    if (fits(text.slice(0, middle))) kept = middle;
    else over = middle;
  }
  return text.slice(0, kept);
}
