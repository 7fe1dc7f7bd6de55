import { ERROR, type TraceReader } from './Thrown.js';

/**
 * `java.lang.IllegalStateException: message`, `TypeError [CODE]: message`, `System.ArgumentException`, with what threads and
 * runtimes print before.
 */
const FIRST =
  /^(?:Exception in thread "[^"]{0,256}" |Unhandled [Ee]xception[.:]? |Uncaught )?((?:[A-Za-z_$][\w$.]{0,254}?)?(?:Exception|Error|Throwable|Failure|Warning|Interrupt|Exit)[\w$]{0,64})(?: \[[A-Z\d_]{1,64}\])?(?:: ?|$)/;
const FRAME = /^\s{1,16}at \S/;
/** What may stand between the first line and the first frame: a message of several lines. */
const LOOK_AHEAD = 20;

/** Java and its like, .NET and Node: the error first, and frames that begin with `at`. */
export const readFrameTrace: TraceReader = (text, first) => {
  const match = FIRST.exec(first);
  if (match === null || !hasFrame(text, first.length)) return undefined;
  return { type: match[1] ?? null, message: first.slice(match[0].length), severity: ERROR };
};

function hasFrame(text: string, from: number): boolean {
  let start = text.indexOf('\n', from) + 1;
  for (let line = 0; line < LOOK_AHEAD && start > 0; line += 1) {
    if (FRAME.test(text.slice(start, start + 64))) return true;
    start = text.indexOf('\n', start) + 1;
  }
  return false;
}
