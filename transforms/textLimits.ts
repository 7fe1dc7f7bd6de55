/** Longest text of one line, in UTF-16 code units: what a sidecar lets through. A longer one is kept as text, cut, unread. */
export const LINE_LIMIT = 1024 * 1024;
/** Most bytes the body takes as JSON: control characters take six each there, and an event must fit one answer. */
export const BODY_JSON_BYTES = 2 * 1024 * 1024;
/** Longest text of any other column, in UTF-16 code units. */
export const COLUMN_LIMIT = 8192;
/** Most usage entries of one line; a call of an AWS API that touches more tables is none. */
export const USAGE_LIMIT = 2000;

const WORST_JSON_BYTES = 6;

/** A body within {@link LINE_LIMIT} and {@link BODY_JSON_BYTES}; never half of a surrogate pair at its end. */
export function cutBody(text: string): string {
  const cut = cutText(text, LINE_LIMIT);
  if (cut.length * WORST_JSON_BYTES <= BODY_JSON_BYTES) return cut;
  let bytes = 2;
  for (let at = 0; at < cut.length; at += 1) {
    bytes += jsonBytes(cut.charCodeAt(at));
    if (bytes > BODY_JSON_BYTES) return cutText(cut, at);
  }
  return cut;
}

/** The first `limit` code units of a text; never half of a surrogate pair at its end. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/** Bytes of a code unit in JSON text as UTF-8; both halves of a surrogate pair together take four, a lone half three. */
function jsonBytes(code: number): number {
  if (code < 0x20) return code >= 0x08 && code <= 0x0d && code !== 0x0b ? 2 : 6;
  if (code === 0x22 || code === 0x5c) return 2;
  if (code < 0x80) return 1;
  return code < 0x800 ? 2 : 3;
}
