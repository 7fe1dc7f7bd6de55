import { readPythonTrace } from './traces/pythonTrace.js';

/** What a stack trace says of its error. */
export interface Thrown {
  readonly type: string | null;
  readonly message: string | null;
}

/** `java.lang.IllegalStateException: message`, `TypeError [CODE]: message`, with what threads print before. */
const NAMED =
  /^(?:Exception in thread "[^"]{0,256}" |Unhandled exception[.:]? |Uncaught )?((?:[A-Za-z_$][\w$.]{0,254}?)?(?:Exception|Error|Throwable|Failure|Warning|Interrupt|Exit)[\w$]{0,64})(?: \[[A-Z\d_]{1,64}\])?(?:: ?|$)/;
/** Any class, where it is known that the line names one. */
const CLASS = /^([A-Za-z_$][\w$.]{0,254})(?: \[[A-Z\d_]{1,64}\])?(?:: ?|$)/;
/** Go prints a function, then its file: a stack without the error it is of. */
const GO_FRAME = /^\t\S{1,500}:\d/;
const UNNAMED: Thrown = { type: null, message: null };

/** The error of a text that a logger printed as a stack trace; null when it is none, which one line may be. */
export function thrownOfTrace(text: string): Thrown | null {
  const end = text.indexOf('\n');
  const first = (end < 0 ? text : text.slice(0, end)).trimEnd();
  if (end < 0) return read(NAMED, first);
  if (GO_FRAME.test(text.slice(end + 1, end + 512))) return UNNAMED;
  const python = readPythonTrace(text.trimEnd(), first);
  return python === undefined ? (read(CLASS, first) ?? UNNAMED) : named(python.type, python.message);
}

function read(pattern: RegExp, line: string): Thrown | null {
  const match = pattern.exec(line);
  if (match === null) return null;
  return named(match[1] ?? null, line.slice(match[0].length));
}

function named(type: string | null, message: string): Thrown {
  return { type, message: message === '' ? null : message };
}
