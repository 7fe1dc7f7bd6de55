import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeInYear } from '../../../transforms/formats/timeInYear.js';
import { parseText } from '../../../transforms/parseText.js';

const SEEN = Date.UTC(2026, 10, 24, 12);
const parsed = (text: string, seen = SEEN) => {
  const { format, body, time, severityNumber, severityText, serviceName, rest, status, durationMs } = parseText(
    text,
    seen,
  );
  return {
    format,
    body,
    time: time === null ? null : new Date(time).toISOString(),
    severity: severityNumber,
    text: severityText,
    service: serviceName,
    rest,
    status,
    durationMs,
  };
};

describe('klog', () => {
  it.each([
    [
      'I1123 18:20:26.719949   1234 file.go:42] started',
      { time: '2026-11-23T18:20:26.719Z', severity: 9, text: 'INFO', body: 'started' },
    ],
    [
      'W1124 00:00:00.000001       1 reflector.go:302] watch closed',
      { time: '2026-11-24T00:00:00.000Z', severity: 13, text: 'WARNING' },
    ],
    [
      'E1031 23:59:59.999999 4194304 k8s.io/client-go/rest.go:1] boom: a=b',
      { time: '2026-10-31T23:59:59.999Z', severity: 17, body: 'boom: a=b' },
    ],
    ['F0601 01:02:03.4 7 main.go:9999999] ', { time: '2026-06-01T01:02:03.400Z', severity: 21, body: '' }],
    ['I1231 23:59:00.000000 1 a.go:1] x', { time: '2025-12-31T23:59:00.000Z' }],
    ['I0230 10:00:00.000000 1 a.go:1] no such day', { time: null }],
    ['I1124 25:00:00.000000 1 a.go:1] no such hour', { time: null }],
  ])('%s', (line, expected) => {
    expect(parsed(line)).toMatchObject({ format: 'klog', ...expected });
  });

  it('keeps thread, file and line', () => {
    expect(parsed('I1123 18:20:26.719949   1234 server/http.go:42] x').rest).toEqual({
      'thread.id': '1234',
      'code.file.path': 'server/http.go',
      'code.line.number': '42',
    });
  });

  it('takes the year from when the line was seen, over the turn of the year', () => {
    const newYear = Date.UTC(2027, 0, 1, 0, 0, 5);
    expect(parsed('I1231 23:59:59.000000 1 a.go:1] x', newYear).time).toBe('2026-12-31T23:59:59.000Z');
    expect(parsed('I0101 00:00:01.000000 1 a.go:1] x', Date.UTC(2026, 11, 31, 23, 59)).time).toBe(
      '2027-01-01T00:00:01.000Z',
    );
    expect(timeInYear(2, 29, '10:00:00', Date.UTC(2028, 1, 29))).toBe(Date.UTC(2028, 1, 29, 10));
    expect(timeInYear(2, 29, '10:00:00', Date.UTC(2026, 1, 28))).toBeUndefined();
  });

  it.each(['X1123 18:20:26.7 1 f.go:1] x', 'I1123 18:20:26 1 f.go:1] x', 'I1123 18:20:26.7 f.go:1] x', 'Info 1123 x'])(
    'is not %j',
    (line) => {
      expect(parsed(line).format).toBe('text');
    },
  );
});

describe('syslog', () => {
  it.each([
    // The examples of RFC 5424, section 6.5.
    [
      "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8",
      {
        time: '2003-10-11T22:14:15.003Z',
        severity: 18,
        text: 'crit',
        service: 'su',
        body: "'su root' failed for lonvick on /dev/pts/8",
        rest: { 'syslog.facility': '4', 'host.name': 'mymachine.example.com', 'syslog.msgid': 'ID47' },
      },
    ],
    [
      "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
      {
        time: '2003-08-24T12:14:15.000Z',
        severity: 10,
        service: 'myproc',
        rest: { 'syslog.facility': '20', 'host.name': '192.0.2.1', 'process.pid': '8710' },
      },
    ],
    [
      '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] An application event log entry...',
      {
        body: 'An application event log entry...',
        rest: expect.objectContaining({
          'syslog.exampleSDID@32473.iut': '3',
          'syslog.exampleSDID@32473.eventSource': 'Application',
        }),
      },
    ],
    [
      '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3"][examplePriority@32473 class="high"]',
      { body: '', rest: expect.objectContaining({ 'syslog.examplePriority@32473.class': 'high' }) },
    ],
    [
      '<14>1 2026-11-24T10:00:00Z h a 1 - [x a="q\\"b\\]c\\\\d"] m',
      { severity: 9, body: 'm', rest: expect.objectContaining({ 'syslog.x.a': 'q"b]c\\d' }) },
    ],
    ['<7>1 - - - - - -', { time: null, severity: 5, service: null, body: '' }],
    // The examples of RFC 3164, section 5.4.
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
      {
        time: '2026-10-11T22:14:15.000Z',
        severity: 18,
        service: 'su',
        body: "'su root' failed for lonvick on /dev/pts/8",
      },
    ],
    [
      '<13>Nov  5 17:32:18 10.0.0.99 app[4321]: Use the BFG!',
      {
        time: '2026-11-05T17:32:18.000Z',
        severity: 10,
        service: 'app',
        rest: { 'syslog.facility': '1', 'host.name': '10.0.0.99', 'process.pid': '4321' },
      },
    ],
    ['<0>Nov 24 00:00:00 h kernel: panic', { severity: 21, text: 'emerg' }],
    ['<191>Nov 24 00:00:00 h t: lowest', { severity: 5, rest: { 'syslog.facility': '23', 'host.name': 'h' } }],
  ])('%s', (line, expected) => {
    expect(parsed(line)).toMatchObject({ format: 'syslog', ...expected });
  });

  it.each(['<192>Nov 24 00:00:00 h t: x', '<34>1 yesterday', '<34>Foo', '<html>', '34>1 - - - - - -'])(
    'is not %j',
    (line) => {
      expect(parsed(line).format).toBe('text');
    },
  );
});

describe('logfmt', () => {
  it.each([
    ['level=info msg="hello world" n=3', { severity: 9, text: 'info', body: 'hello world', rest: { n: '3' } }],
    [
      'ts=2026-11-24T10:00:00.5Z lvl=warn msg=slow duration_ms=12.5',
      { time: '2026-11-24T10:00:00.500Z', severity: 13, durationMs: 12.5 },
    ],
    [
      'time="2026-11-24T10:00:00+01:00" level=error msg="say \\"no\\"" err=EOF',
      { time: '2026-11-24T09:00:00.000Z', severity: 17, body: 'say "no"' },
    ],
    [
      'ts=1795514400.25 level=debug caller=a.go:1 msg=',
      { time: '2026-11-24T10:00:00.250Z', severity: 5, body: '', rest: { caller: 'a.go:1' } },
    ],
    [
      'timestamp=1795514400000 severity=FATAL message="x=y"',
      { time: '2026-11-24T10:00:00.000Z', severity: 21, body: 'x=y' },
    ],
    ['level=info service=api status=503 http.route=/v1/x msg=done', { status: 503, service: 'api' }],
    ['msg="tab\\tand é" level=notice', { body: 'tab\tand é', severity: 10 }],
  ])('%s', (line, expected) => {
    expect(parsed(line)).toMatchObject({ format: 'logfmt', ...expected });
  });

  it.each([
    'a=b',
    'a=b c=d',
    'level=info and then some',
    'x = y',
    'msg="open',
    'level=info msg="a"b',
    'https://x/?level=info&msg=a',
    'level=info',
  ])('is not %j', (line) => {
    expect(parsed(line).format).toBe('text');
  });

  it('keeps a key such as __proto__ like any other', () => {
    expect(Object.entries(parsed('level=info __proto__=x msg=m').rest)).toEqual([['__proto__', 'x']]);
  });

  it('meters nothing: its values are texts', () => {
    expect(parseText('level=info msg=x ConsumedCapacity=5 operation=GetItem', SEEN).app).toBeUndefined();
  });
});

describe('any text', () => {
  it('has a format, and no text makes the parser throw or take long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(parseText(text, SEEN).format).toBeTypeOf('string');
      }),
    );
    for (const part of [
      'a=b ',
      '<34>',
      '<34>1 ',
      '[a b="c"]',
      'I1123 18:20:26.7 1 f.go:1',
      'level=info msg="a\\"',
      '<13>1 - - - - - [',
      'a="',
    ])
      expect(parseText(part.repeat(1_000_000 / part.length), SEEN).format).toBeTypeOf('string');
  });
});
