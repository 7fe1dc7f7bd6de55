/** What a stack trace says of its error. */
export interface Thrown {
  readonly type: string | null;
  readonly message: string | null;
}

/** `java.lang.IllegalStateException: message`, `TypeError [CODE]: message`, with what threads print before. */
const NAMED =
  /^(?:Exception in thread "[^"]{0,256}" |Unhandled exception[.:]? |Uncaught )?([A-Za-z_$][\w$.]{0,254}?(?:Exception|Error|Throwable|Failure|Warning|Interrupt|Exit)[\w$]{0,64})(?: \[[A-Z][A-Z0-9_]{0,63}\])?(?::[ ]?(.{0,8192}))?$/;
/** Any class, where it is known that the line names one. */
const CLASS = /^([A-Za-z_$][\w$.]{0,254})(?: \[[A-Z][A-Z0-9_]{0,63}\])?(?::[ ]?(.{0,8192}))?$/;
const PYTHON = /^([A-Za-z_][\w.]{0,254})(?:: (.{0,8192}))?$/;
/** Go prints a function, then its file: a stack without the error it is of. */
const GO_FRAME = /^\t\S{1,500}:\d/;
const UNNAMED: Thrown = { type: null, message: null };
/** The first line of a Python trace, whose error stands last. */
export const PYTHON_TRACE = 'Traceback (most recent call last):';

/** The error a first line names, told by a class name that ends like one; null for any other text. */
export function thrownOf(firstLine: string): Thrown | null {
  return read(NAMED, firstLine);
}

/** The last line that is not indented names the error; with a chain of causes it is the one that was raised. */
export function pythonThrown(trace: string): Thrown | null {
  let end = trace.length;
  while (end > 0) {
    const start = trace.lastIndexOf('\n', end - 1) + 1;
    const thrown = read(PYTHON, trace.slice(start, Math.min(end, start + 8500)));
    if (thrown !== null) return thrown;
    end = start - 1;
  }
  return null;
}

/** The error of a text that a logger printed as a stack trace; null when it is none, which one line may be. */
export function thrownOfTrace(text: string): Thrown | null {
  const end = text.indexOf('\n');
  const first = (end < 0 ? text : text.slice(0, end)).trimEnd();
  if (end < 0) return thrownOf(first);
  if (GO_FRAME.test(text.slice(end + 1, end + 512))) return UNNAMED;
  return (first === PYTHON_TRACE ? pythonThrown(text.trimEnd()) : read(CLASS, first)) ?? UNNAMED;
}

function read(pattern: RegExp, line: string): Thrown | null {
  const match = pattern.exec(line);
  if (match === null) return null;
  const [, type = '', message = ''] = match;
  return { type, message: message === '' ? null : message };
}
