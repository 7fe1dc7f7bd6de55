/**
 * Cuts a text into the JSON objects it holds one after the other, with or without line ends between them: Firehose
 * writes subscription envelopes without any. Yields each object's text and the line it begins in; text that is no object,
 * or an object that does not end, is yielded too, for the caller to refuse.
 */
export function* splitJson(text: string): Generator<{ readonly text: string; readonly line: number }> {
  let depth = 0;
  let start = -1;
  let inString = false;
  let line = 1;
  let startLine = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10) line += 1;
    if (inString) {
      if (code === 92) at += 1;
      else if (code === 34) inString = false;
      continue;
    }
    if (start < 0) {
      if (code === 32 || code === 10 || code === 13 || code === 9) continue;
      start = at;
      startLine = line;
    }
    if (code === 34) inString = true;
    else if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93) {
      depth -= 1;
      if (depth > 0) continue;
      yield { text: text.slice(start, at + 1), line: startLine };
      start = -1;
      depth = 0;
    }
  }
  if (start >= 0) yield { text: text.slice(start), line: startLine };
}
