/** A time in brackets is shorter; looking no farther keeps the reading of a line of brackets linear. */
const LONGEST_BRACKETED = 64;

/**
 * Fields of an AWS access-log line: separated by spaces, in double quotes or square brackets where they may hold some.
 * A quote inside a quoted field ends it only before a space or the end, since S3 and ALB do not escape every one. A bracket that
 * closes before that, as around an IPv6 address and its port, is part of a plain field.
 */
export function splitFields(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < line.length) {
    const first = line[at];
    const closing = first === '"' ? '"' : first === '[' && bracketed(line, at) ? ']' : undefined;
    let end: number;
    if (closing === undefined) {
      end = line.indexOf(' ', at);
      if (end < 0) end = line.length;
      fields.push(line.slice(at, end));
    } else {
      end = line.indexOf(closing, at + 1);
      while (end >= 0 && end + 1 < line.length && line[end + 1] !== ' ') end = line.indexOf(closing, end + 1);
      if (end < 0) end = line.length;
      fields.push(line.slice(at + 1, end));
      end += 1;
    }
    at = end + 1;
  }
  return fields;
}

function bracketed(line: string, at: number): boolean {
  const end = line.slice(at, at + LONGEST_BRACKETED).indexOf(']');
  const after = line[at + end + 1];
  return end > 0 && (after === ' ' || after === undefined);
}
