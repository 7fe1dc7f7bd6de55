import { FATAL, type TraceReader } from './Thrown.js';

const FIRST = /^(panic|fatal error): /;
/** Since Go 1.23 a fatal error may print addresses between the number and the state. */
const GOROUTINE = /\ngoroutine \d{1,12} (?:[a-z]{1,4}=\S{1,32} ){0,4}\[/;

/** Go: `panic: message` or the runtime's `fatal error: message`, and goroutines below it. */
export const readGoTrace: TraceReader = (text, first) => {
  const match = FIRST.exec(first);
  if (match === null || !GOROUTINE.test(text)) return undefined;
  return { type: match[1] ?? null, message: first.slice(match[0].length), severity: FATAL };
};
