import { type ParsedText, PLAIN } from '../ParsedText.js';
import { present } from '../present.js';
import { readFrameTrace } from './traces/frameTrace.js';
import { readGoTrace } from './traces/goTrace.js';
import { readPhpTrace } from './traces/phpTrace.js';
import { readPythonTrace } from './traces/pythonTrace.js';
import { readRubyTrace } from './traces/rubyTrace.js';
import { readRustTrace } from './traces/rustTrace.js';

const READERS = [readPythonTrace, readGoTrace, readRustTrace, readPhpTrace, readFrameTrace, readRubyTrace];

/**
 * A joined stack trace of Java, .NET, Node, Python, Go, Ruby, PHP or Rust: the error's type and message, from the line that
 * names them. A text that holds a trace further down is left as it is.
 */
export function parseStackTrace(text: string): ParsedText | undefined {
  const end = text.indexOf('\n');
  if (end < 0) return undefined;
  const first = text.slice(0, end).trimEnd();
  for (const read of READERS) {
    const thrown = read(text, first);
    if (thrown === undefined) continue;
    return {
      ...PLAIN,
      format: 'stack_trace',
      body: text,
      severityNumber: thrown.severity,
      errorType: thrown.type,
      rest: present({ 'exception.message': thrown.message }),
    };
  }
  return undefined;
}
