import { type ParsedText, PLAIN } from '../ParsedText.js';

/** `java.lang.IllegalStateException: message`, `TypeError: message`, `System.ArgumentException`, with what threads print before. */
const THROWN =
  /^(?:Exception in thread "[^"]{0,256}" |Unhandled exception[.:]? |Uncaught )?([A-Za-z_$][\w$.]{0,254}?(?:Exception|Error|Throwable|Failure|Warning|Interrupt|Exit)[\w$]{0,64})(?::[ ]?(.{0,8192}))?$/;
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
  if (first === 'Traceback (most recent call last):') return python(text);
  const panic = /^panic: (.{0,8192})$/.exec(first);
  if (panic !== null) return /\ngoroutine \d{1,12} \[/.test(text) ? trace(text, 'panic', panic[1], 21) : undefined;
  const thrown = THROWN.exec(first);
  if (thrown === null || !hasFrame(text, end)) return undefined;
  return trace(text, thrown[1] ?? '', thrown[2], 17);
}

function hasFrame(text: string, from: number): boolean {
  let start = from + 1;
  for (let line = 0; line < LOOK_AHEAD && start > 0; line += 1) {
    if (FRAME.test(text.slice(start, start + 64))) return true;
    start = text.indexOf('\n', start) + 1;
  }
  return false;
}

/** The last line that is not indented names the error; with a chain of causes it is the one that was raised. */
function python(text: string): ParsedText {
  let end = text.length;
  while (end > 0) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const match = /^([A-Za-z_][\w.]{0,254})(?:: (.{0,8192}))?$/.exec(text.slice(start, Math.min(end, start + 8500)));
    if (match !== null) return trace(text, match[1] ?? '', match[2], 17);
    end = start - 1;
  }
  return trace(text, '', undefined, 17);
}

function trace(text: string, type: string, message: string | undefined, severity: number): ParsedText {
  return {
    ...PLAIN,
    format: 'stack_trace',
    body: text,
    severityNumber: severity,
    errorType: type === '' ? null : type,
    rest: message === undefined || message === '' ? {} : { 'exception.message': message },
  };
}
