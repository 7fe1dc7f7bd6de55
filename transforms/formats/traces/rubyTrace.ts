import { ERROR, type TraceReader } from './Thrown.js';

// Before Ruby 3.4 the method's name opens with a backtick.
const FIRST = /^[^\n]{1,1024}?:\d{1,7}:in [`'][^'\n]{1,512}': /;
const TYPE = / \(([A-Z][\w:]{0,254})\)$/;

/** Ruby: `file:line:in 'method': message (Type)`, and frames that begin with `from`. */
export const readRubyTrace: TraceReader = (text, first) => {
  if (!first.includes(':in ') || !text.includes('\n\tfrom ')) return undefined;
  const match = FIRST.exec(first);
  const type = TYPE.exec(first.slice(-300));
  if (match === null || type === null) return undefined;
  return { type: type[1] ?? null, message: first.slice(match[0].length, -type[0].length), severity: ERROR };
};
