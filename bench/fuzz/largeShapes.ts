/** Bytes of the longest line a sidecar lets through. */
const LARGE_BYTES = 1_000_000;

/**
 * Pieces that parsers, redaction rules and limits stumble over when they are repeated: every beginning of a format, every
 * character a pattern waits for, and what nests.
 */
const PIECES: readonly string[] = [
  'a',
  '0',
  ' ',
  '\t',
  '"',
  '\\',
  "'",
  '=',
  '@',
  '.',
  ':',
  '-',
  '[',
  '{',
  '<',
  '(',
  '\u0000',
  'é',
  '😀',
  '\ud800',
  'a ',
  'a=',
  'a=b ',
  'a="',
  'a="b" ',
  'level=info ',
  '\\"',
  '"\\',
  '","',
  '{"',
  '{"a":',
  '[[',
  '[{',
  'a@',
  '@a.',
  'a@b.c ',
  'a.',
  '@a-',
  '1 ',
  '1-',
  '4111 ',
  '41111111 ',
  '1.',
  '1.1.1.',
  '1.1.1.1 ',
  'a:',
  'f:f:f:',
  '::',
  'AKIA',
  'ASIAA',
  'eyJ',
  'eyJa.eyJ',
  '.eyJ',
  'bearer ',
  'Bearer a',
  'basic  ',
  'password',
  'password=',
  'secret: ',
  'api_key="',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  'PRIVATE KEY-----',
  'I1124 ',
  '<1>',
  '<34>1 ',
  '2026-11-24T10:00:00Z ',
  '24/Nov/2026:10:00:00 +0000] ',
  '"GET / ',
  'GET ',
  'HTTP/1.1" 200 ',
  '[2026-11-24T10:00:00.123Z] "GET ',
  'h2 2026-',
  'REPORT RequestId: ',
  '\tat ',
  '  File "',
  'Caused by: ',
  'goroutine ',
  '- - [',
  '%20',
  'x-y_z.',
  '}',
  ']',
  '){',
  '/*',
  '\\u0000',
  '\\ud800',
  '[[',
  '10.0.0.1 - - [',
  '| ',
  'Error: ',
];

/** Where a shape stands in a line. */
const PLACES = {
  text: (piece: string) => piece,
  'JSON value': (piece: string) => JSON.stringify({ msg: piece }),
  'JSON key': (piece: string) => JSON.stringify({ [piece]: 1 }),
  'access line': (piece: string) =>
    `10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /${piece} HTTP/1.1" 200 1 "-" "${piece}"`,
  logfmt: (piece: string) => `level=info msg="${piece}" x=${piece}`,
  syslog: (piece: string) => `<165>1 2026-11-24T10:00:00Z h a 1 i [x ${piece}="${piece}"] ${piece}`,
} as const;

/** Beginnings that make a reader believe a line is of its format. */
const HEADS: readonly string[] = [
  '1.2.3.4 - - [23/Nov/2026:10:00:00 +0000] "',
  '1.2.3.4 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "',
  'example.com:80 1.2.3.4 - ',
  '[2016-04-15T20:17:00.310Z] "POST /a HTTP/2" 204 - 154 0 226 100 "',
  'http 2018-07-02T22:23:00.186641Z ',
  `${'79a59df900b949e5'.repeat(4)} bucket [`,
  '2019-12-04\t21:02:31\t',
  'REPORT RequestId: r\tDuration: 1.0 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB\tMax Memory Used: 1 MB',
  'INIT_REPORT Init Duration: 1.0 ms',
  'Traceback (most recent call last):\n',
  'panic: x\n',
  "thread 'main' panicked at '",
  'PHP Fatal error:  Uncaught A\nStack trace:\n#',
  "a.rb:1:in 'x': \n\tfrom ",
];

/** What may follow such a beginning without an end. */
const UNITS: readonly string[] = [
  'a',
  '[ ',
  '"',
  '\\',
  '\\x41',
  '" "',
  "', ",
  '\n  File "',
  '\ngoroutine 1 ',
  ':1:in ',
  '\t',
  'Name: [',
  ' in ',
];

/** A line of about a megabyte. */
export interface LargeLine {
  readonly name: string;
  readonly log: string;
}

/** Every piece in every place, and structures that only grow as a whole. */
export function* largeLines(bytes = LARGE_BYTES): Generator<LargeLine> {
  for (const piece of PIECES) {
    for (const [place, build] of Object.entries(PLACES)) {
      const share = place === 'text' || place.startsWith('JSON') ? 1 : place === 'syslog' ? 3 : 2;
      const filled = piece.repeat(Math.max(1, Math.floor(bytes / share / Buffer.byteLength(piece))));
      yield { name: `${place}: ${JSON.stringify(piece)} repeated`, log: build(filled) };
    }
  }
  for (const head of HEADS) {
    for (const unit of UNITS) {
      const log = head + unit.repeat(bytes / unit.length);
      yield { name: `${JSON.stringify(head)}, then ${JSON.stringify(unit)} repeated`, log };
      yield { name: `${JSON.stringify(head)}, then ${JSON.stringify(unit)} repeated, then an end`, log: `${log}x"` };
    }
  }
  const many = (unit: (n: number) => string, size: number): string =>
    Array.from({ length: Math.floor(bytes / size) }, (_, n) => unit(n)).join(',');
  yield { name: 'JSON: keys without number', log: `{${many((n) => `"k${n}":${n}`, 14)}}` };
  yield { name: 'JSON: an array of numbers', log: `{"a":[${many((n) => String(n), 7)}]}` };
  yield { name: 'JSON: an array of objects', log: `{"a":[${many((n) => `{"b":${n}}`, 13)}]}` };
  yield { name: 'JSON: nested objects', log: `${'{"a":'.repeat(bytes / 8)}1${'}'.repeat(bytes / 8)}` };
  yield { name: 'JSON: nested arrays', log: `{"a":${'['.repeat(bytes / 2.2)}${']'.repeat(bytes / 2.2)}}` };
  yield {
    name: 'JSON: a metered call of many entries',
    log: `{"metering":{"v":1,"service":"S3","usage":[${many((n) => `{"resource":"r${n}","bytes_in":${n}}`, 36)}]}}`,
  };
  yield {
    name: 'JSON: capacity of many tables',
    log: `{"operation":"Query","ConsumedCapacity":[${many((n) => `{"TableName":"t${n}","CapacityUnits":1}`, 40)}]}`,
  };
  yield { name: 'JSON: a number of many digits', log: `{"a":${'9'.repeat(bytes)}}` };
  yield {
    name: 'JSON: embedded metrics of many names',
    log: `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Metrics":[${many((n) => `{"Name":"m${n}"}`, 18)}]}]}}`,
  };
  yield { name: 'stack trace: many frames', log: `java.lang.Error: x\n${'\tat a.b.c(D.java:1)\n'.repeat(bytes / 20)}` };
  yield { name: 'stack trace: many causes', log: `java.lang.Error: x\n${'Caused by: a.B: c\n'.repeat(bytes / 18)}` };
  yield { name: 'CloudFront: many fields', log: `2026-11-24\t10:00:00\t${'a\t'.repeat(bytes / 2)}` };
}
