import { ERROR, type TraceReader } from './Thrown.js';

const BEGINNING = 'Traceback (most recent call last):';
const FRAME = '\n  File "';
const RAISED = /^([A-Za-z_][\w.<>]{0,254})(?:: ?|$)/;

/**
 * Python: the first line behind the last frame that is not indented names the error; with a chain of causes it is the one that
 * was raised. A thread prints its name before.
 */
export const readPythonTrace: TraceReader = (text, first) => {
  const inThread = first.startsWith('Exception in thread ') && text.startsWith(BEGINNING, text.indexOf('\n') + 1);
  if (first !== BEGINNING && !inThread) return undefined;
  const frame = text.lastIndexOf(FRAME);
  let start = text.indexOf('\n', frame + 1) + 1;
  while (frame >= 0 && start > 0) {
    if (!/\s/.test(text[start] ?? ' ')) {
      const end = text.indexOf('\n', start);
      const line = text.slice(start, end < 0 ? text.length : end);
      const raised = RAISED.exec(line);
      return { type: raised?.[1] ?? null, message: line.slice(raised?.[0].length ?? 0), severity: ERROR };
    }
    start = text.indexOf('\n', start) + 1;
  }
  return { type: null, message: '', severity: ERROR };
};
