/**
 * Fields of an AWS access-log line: separated by spaces, in double quotes or square brackets where they may hold some.
 * A quote inside a quoted field ends it only before a space or the end, since S3 and ALB do not escape every one.
 */
export function splitFields(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < line.length) {
    const first = line[at];
    const closing = first === '"' ? '"' : first === '[' ? ']' : undefined;
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
