import { type ParsedText, PLAIN } from '../ParsedText.js';
import { PYTHON_TRACE, pythonThrown, type Thrown, thrownOf } from './thrown.js';

const FRAME = /^\s{1,16}at \S/;
/** What may stand between the first line and the first frame: a message of several lines. */
const LOOK_AHEAD = 20;

/**
 * A joined stack trace of Java, .NET, Node, Python or Go. The error's type and message are read from the line that names
 * them: the first, Python's last, Go's `panic:`. A text that holds a trace further down is left as it is.
 */
export function parseStackTrace(text: string): ParsedText | undefined {
  const end = text.indexOf('\n');
  if (end < 0) return undefined;
  const first = text.slice(0, end).trimEnd();
  if (first === PYTHON_TRACE) return trace(text, pythonThrown(text), 17);
  const panic = /^panic: (.{0,8192})$/.exec(first);
  if (panic !== null) {
    const thrown = { type: 'panic', message: panic[1] ?? null };
    return /\ngoroutine \d{1,12} \[/.test(text) ? trace(text, thrown, 21) : undefined;
  }
  const thrown = thrownOf(first);
  return thrown === null || !hasFrame(text, end) ? undefined : trace(text, thrown, 17);
}

function hasFrame(text: string, from: number): boolean {
  let start = from + 1;
  for (let line = 0; line < LOOK_AHEAD && start > 0; line += 1) {
    if (FRAME.test(text.slice(start, start + 64))) return true;
    start = text.indexOf('\n', start) + 1;
  }
  return false;
}

function trace(text: string, thrown: Thrown | null, severity: number): ParsedText {
  const message = thrown?.message ?? null;
  return {
    ...PLAIN,
    format: 'stack_trace',
    body: text,
    severityNumber: severity,
    errorType: thrown?.type ?? null,
    rest: message === null || message === '' ? {} : { 'exception.message': message },
  };
}
