import { EVENT_COLUMNS } from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import type { Row } from './writeParquet.js';

/** An object of lines: whose, its date of arrival, its rows. */
export interface HandMadeObject {
  readonly tenant: string;
  readonly dt: string;
  readonly name: string;
  readonly rows: readonly Row[];
}

const DAY = '2026-11-22';
const MAX = String(2n ** 63n - 1n);
const MIN = String(-(2n ** 63n));
/** As long as an id can be. */
export const LONG_TENANT = `t${'-0'.repeat(31)}`;
/** The trace that reportSamples asks for. */
const TRACE = "'4bf92f3577b34da6a3ce929d0e0e4736'";

const at = (text: string): string => `timestamp '${text}'`;

/** An ordinary line; `row` says what is not. */
function line(id: string, row: Row = {}): Row {
  return {
    schema_version: '1',
    event_id: sqlText(id),
    id_hour: at(`${DAY} 10:00:00`),
    event_time: at(`${DAY} 10:00:00.123`),
    observed_time: at(`${DAY} 10:00:01`),
    arrival_time: at(`${DAY} 10:00:05.007`),
    severity_number: '9',
    severity_text: "'INFO'",
    body: sqlText(`line ${id}`),
    format: "'json'",
    service_name: "'checkout'",
    namespace: "'tenant-acme'",
    pod: "'checkout-0'",
    container: "'app'",
    log_bytes: '10',
    attributes: "map {'a': 'b'}",
    usage: '[]',
    problems: '[]',
    ...row,
  };
}

const KEYS: ReadonlySet<string> = new Set(['event_id', 'id_hour', 'event_time', 'arrival_time']);
const NULLS: readonly Row[] = EVENT_COLUMNS.filter(({ name }) => !KEYS.has(name)).map(({ name }) =>
  line(`null ${name}`, { severity_number: '17', http_response_status_code: '503', [name]: 'null' }),
);
const ALL_NULL: Row = Object.fromEntries(Object.entries(line('all null')).filter(([name]) => KEYS.has(name)));

/** Texts that engines like to change: escapes, quotes, ends of lines, scripts, letters of two code points, of four bytes, long ones. */
const TEXTS = [
  "''",
  "' '",
  "'Größe ☃ テスト שלום'",
  "'e\u0301 and \u00e9'",
  "repeat('😀', 250)",
  "repeat('e\u0301', 150)",
  "'it''s \"quoted\" \\ \\n %_!'",
  "'two' || chr(10) || 'lines' || chr(13) || chr(9) || 'x'",
  "'a' || chr(1) || 'b' || chr(127) || chr(65279)",
  "'trailing   '",
  "'null'",
  "'o''clock'",
];
const UNICODE: readonly Row[] = TEXTS.map((text, index) =>
  line(`text ${index}`, {
    body: text,
    service_name: text,
    http_route: text,
    error_type: text,
    attributes: `map {${index % 2 === 0 ? text : "'key'"}: ${text}, 'none': null}`,
    problems: `[${text}]`,
    severity_number: '17',
  }),
);

const entry = (fields: Row = {}): string => {
  const all: Row = {
    tenant_id: "'acme'",
    service: "'DynamoDB'",
    resource: "'orders'",
    operation: "'GetItem'",
    meter: "'read_units'",
    unit: "'units'",
    kind: "'sum'",
    series: "''",
    quantity_micros: '500000',
    ...fields,
  };
  const list = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `{${list.join(', ')}}`;
};
const ENTRY_FIELDS = ['resource', 'operation', 'unit', 'series'];
const USAGE: readonly string[] = [
  'null',
  '[]',
  '[null]',
  `[${entry()}, null, ${entry({ quantity_micros: '0' })}]`,
  `[${entry({ quantity_micros: MAX })}, ${entry({ quantity_micros: MAX })}]`,
  `[${entry({ quantity_micros: MIN, meter: "'write_units'" })}]`,
  `[${entry({ tenant_id: "'globex'" })}, ${entry({ tenant_id: "'_unknown'", resource: "'Größe ☃'" })}]`,
  `[${ENTRY_FIELDS.map((name) => entry({ [name]: 'null', service: "'S3'" })).join(', ')}]`,
  `[${entry({ service: "'Cognito'", meter: "'monthly_active_users'", kind: "'distinct'", series: "'ü'", quantity_micros: '1000000' })}]`,
  `[${entry({ service: "'Cognito'", meter: "'monthly_active_users'", kind: "'distinct'", series: "'v'", quantity_micros: '1000000' })}]`,
  `[${entry({ service: "'EKS'", meter: "'vcpu_seconds'", kind: "'counter'", series: "'pod'", quantity_micros: '7' })}]`,
  `[${entry({ service: "'Pipeline'", meter: "'log_bytes'", unit: "'bytes'", quantity_micros: '10000000' })}]`,
];
const PROBLEMS = ['null', '[]', "['usage_invalid', null, 'usage_invalid']", "['ü', '']", '[null]'];
const DURATIONS = ["'NaN'::double", "'Infinity'::double", "'-Infinity'::double", '-0.0::double', '0.0::double'];
const TIMES = ['0.1::double + 0.2::double', '1e308', '5e-324', '999999999999.9', '12', '12', '7', '-1'];

/** Who asked for what, in every way a line can state it, or not. */
const CALLERS: readonly Row[] = [
  {
    attributes: "map {'enduser.id': 'ann', 'user_id': 'second'}",
    http_route: "'/a/{id}'",
    http_request_method: "'GET'",
  },
  { attributes: "map {'user.id': 'Größe ☃'}", url_path: "'/v1/a/17'", http_request_method: "'GET'" },
  { attributes: "map {'user_id': 'null', 'userId': '-', 'usr.id': ''}", url_path: "'/v1//a/b1/c234/d/e'" },
  { attributes: "map {'enduser.id': null, 'userId': 'bob'}", url_path: "'/'", http_request_method: "'GET'" },
  { attributes: 'null', url_path: "'ü/١٢٣/😀😀😀1'" },
  { url_path: "''", http_request_method: "' '" },
  { http_request_method: "'POST'" },
];

/** Objects of lines as no delivery would write them all: what each holds is what makes engines differ. */
export const HAND_MADE_OBJECTS: readonly HandMadeObject[] = [
  { tenant: 'acme', dt: DAY, name: 'rows', rows: [...NULLS, ALL_NULL, ...UNICODE] },
  {
    tenant: 'acme',
    dt: DAY,
    name: 'nested',
    rows: [
      ...USAGE.map((usage, index) => line(`usage ${index}`, { usage })),
      ...PROBLEMS.map((problems, index) => line(`problems ${index}`, { problems })),
      ...[...DURATIONS, ...TIMES].map((duration, index) =>
        line(`duration ${index}`, {
          duration_ms: duration,
          http_route: index % 2 === 0 ? "'/a'" : 'null',
          http_request_method: "'GET'",
          http_response_status_code: ['200', '503', 'null', '-2147483648', '2147483647'][index % 5] ?? 'null',
        }),
      ),
      ...CALLERS.map((row, index) => line(`caller ${index}`, { usage: `[${entry()}, ${entry()}]`, ...row })),
      line('trace 1', { trace_id: TRACE, span_id: "'00f067aa0ba902b7'", duration_ms: '3.5' }),
      line('trace 2', { trace_id: TRACE, event_time: at(`${DAY} 09:59:59.999`), attributes: 'map {}' }),
      // Both edges of the window of the samples.
      line('edge 1', { event_time: at(`${DAY} 00:00:00`), usage: `[${entry()}]` }),
      line('edge 2', { event_time: at('2026-11-21 23:59:59.999'), usage: `[${entry()}]` }),
      line('edge 3', { event_time: at('2026-11-24 00:00:00') }),
      line('heart', { format: "'heartbeat'", pod_uid: "'p'", attributes: "map {'heartbeat.started': '1'}" }),
    ],
  },
  // The same lines again: at once, and a day later. Not one of them may count twice.
  {
    tenant: 'acme',
    dt: DAY,
    name: 'again',
    rows: [
      line('usage 3', { usage: USAGE[3] ?? '' }),
      line('trace 1', { trace_id: TRACE, span_id: "'00f067aa0ba902b7'", duration_ms: '3.5' }),
    ],
  },
  {
    tenant: 'acme',
    dt: '2026-11-23',
    name: 'again',
    rows: ['usage 3', 'usage 4', 'usage 8'].map((id) =>
      line(id, { usage: USAGE[Number(id.slice(6))] ?? '', arrival_time: at('2026-11-23 08:00:00') }),
    ),
  },
  // Late: within the lateness that reports allow by default, and beyond it; and early, stamped by a clock that runs ahead.
  {
    tenant: 'acme',
    dt: '2026-11-29',
    name: 'late',
    rows: [line('late 1', { arrival_time: at('2026-11-29 00:00:00'), usage: `[${entry()}]` })],
  },
  {
    tenant: 'acme',
    dt: '2027-01-02',
    name: 'late',
    rows: [line('late 2', { arrival_time: at('2027-01-02 00:00:00'), usage: `[${entry()}]` })],
  },
  {
    tenant: 'acme',
    dt: '2026-11-21',
    name: 'early',
    rows: [line('early', { arrival_time: at('2026-11-21 23:59:58'), event_time: at(`${DAY} 00:00:01`) })],
  },
  {
    tenant: 'globex',
    dt: DAY,
    name: 'rows',
    rows: [...NULLS.slice(0, 5), line('of globex', { usage: `[${entry({ tenant_id: "'globex'" })}]` })],
  },
  { tenant: 'globex', dt: '2026-11-24', name: 'nothing', rows: [] },
  // Pooled: the lines are the platform's, the consumers are others.
  {
    tenant: '_shared',
    dt: '2026-11-23',
    name: 'rows',
    rows: [
      line('pooled', {
        event_time: at('2026-11-23 10:00:00'),
        usage: `[${entry()}, ${entry({ tenant_id: "'globex'" })}]`,
      }),
    ],
  },
  {
    tenant: '_unknown',
    dt: DAY,
    name: 'rows',
    rows: [line('who', { namespace: "'ns-ü'" }), line('who 2', { namespace: 'null', service_name: 'null' })],
  },
  // Not in the registry any more, yet in the totals; and a name of the greatest length.
  { tenant: 'left', dt: DAY, name: 'rows', rows: [line('of left', { usage: `[${entry({ tenant_id: "'left'" })}]` })] },
  { tenant: LONG_TENANT, dt: DAY, name: 'rows', rows: [line('of long', { problems: "['usage_invalid']" })] },
];

const error = (fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: Date.parse(`${DAY}T10:00:00.123Z`),
    errorCode: 'Lambda.ProcessingFailedStatus',
    errorMessage: 'ProcessingFailed status set for record: undecodable',
    attemptEndingTimestamp: 1,
    rawData: Buffer.from('hellö').toString('base64'),
    lambdaArn: 'arn:aws:lambda:local',
    ...fields,
  });

/** Lines of error objects: Firehose's own shapes, reasons that are none, lengths whose base64 is padded, edges of a day, a blank line. */
export const HAND_MADE_ERRORS: readonly string[] = [
  error({}),
  error({ errorMessage: 'two\nlines: identity_mismatch' }),
  error({ errorMessage: 'ends the line: undecodable\n' }),
  error({ errorMessage: 'Größe ☃ "q" \\ : too_large' }),
  error({ errorMessage: 'a : b: c_d' }),
  error({ errorMessage: 'no reason: Undecodable' }),
  error({ errorMessage: null }),
  error({
    errorMessage: undefined,
    lastErrorCode: 'x',
    lastErrorMessage: 'y: undecodable',
    dataCatalogTable: { region: 'r' },
  }),
  '',
  ...['', 'a', 'ab', 'abc'].map((text) => error({ rawData: Buffer.from(text).toString('base64') })),
  error({ rawData: undefined }),
  error({ rawData: Buffer.alloc(200_000, 'x').toString('base64') }),
  error({ arrivalTimestamp: Date.parse(`${DAY}T00:00:00.000Z`) }),
  error({ arrivalTimestamp: Date.parse(`${DAY}T00:00:00.000Z`) - 1 }),
  error({ arrivalTimestamp: Date.parse('2026-11-24T00:00:00.000Z') }),
  error({ arrivalTimestamp: 0 }),
];
