import { describe, expect, it } from 'vitest';
import { parseText } from '../../../transforms/parseText.js';

const LENGTH = 512 * 1024;
/** Far above what reading a line of this length takes, far below what a reader would that goes back over it. */
const LONGEST_MS = 2_000;

const HEADS = [
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
const UNITS = [
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

describe('long lines', () => {
  it.each(HEADS)('that begin with %j are read in one pass, whatever follows', (head) => {
    for (const unit of UNITS) {
      const text = head + unit.repeat(LENGTH / unit.length);
      for (const line of [text, `${text}x"`]) {
        const started = performance.now();
        expect(parseText(line, 0).format).toBeTypeOf('string');
        expect(performance.now() - started).toBeLessThan(LONGEST_MS);
      }
    }
  });
});
