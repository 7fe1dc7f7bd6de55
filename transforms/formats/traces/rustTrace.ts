import { FATAL, type TraceReader } from './Thrown.js';

const FIRST = /^thread '[^']{0,256}'(?: \(\d{1,20}\))? panicked at /;
/** Before Rust 1.73 the message stood in quotes before the place. */
const OLD = /^'(.*)', \S{1,1024}:\d{1,7}:\d{1,7}$/;
const PLACE = /^\S{1,1024}:\d{1,7}:\d{1,7}:$/;

/** Rust: `thread 'main' panicked at file:line:column:` with the message on the next line. */
export const readRustTrace: TraceReader = (text, first) => {
  const match = FIRST.exec(first);
  if (match === null) return undefined;
  const said = first.slice(match[0].length);
  const old = OLD.exec(said)?.[1];
  if (old === undefined && !PLACE.test(said)) return undefined;
  return { type: 'panic', message: old ?? text.split('\n', 2)[1] ?? '', severity: FATAL };
};
