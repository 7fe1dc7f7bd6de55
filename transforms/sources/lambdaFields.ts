import { isObject } from '../jsonObject.js';

/** What Lambda says of an invocation or an instance, by names such as `billed_duration_ms`, in both of its log formats. */
export type LambdaFields = Readonly<Record<string, string>>;

/** Longer than any line of Lambda's own; what follows is not looked at. */
const LONGEST = 4096;
const TEXT_FIELD =
  /\b(RequestId|Billed Restore Duration|Restore Duration|Billed Duration|Init Duration|Duration|Memory Size|Max Memory Used|XRAY TraceId|SegmentId|Status|Error Type|Phase|Runtime Version ARN|Runtime Version|Version|Name|State|Events|Types): (\[[^\]]{0,256}\]|\S{1,512})(?: (ms|MB)\b)?/g;

/** Fields of a line of text logging: `Billed Duration: 100 ms` is `billed_duration_ms`. */
export function fieldsOfText(text: string): LambdaFields {
  const fields: Record<string, string> = {};
  for (const [, name = '', value = '', unit] of text.slice(0, LONGEST).matchAll(TEXT_FIELD)) {
    const key = name.replace(/Id$/, ' id').replaceAll(' ', '_').toLowerCase();
    fields[unit === undefined ? key : `${key}_${unit.toLowerCase()}`] = value;
  }
  return fields;
}

/** Fields of the `record` of an event of JSON logging, its metrics and tracing among them; lists of spans are left out. */
export function fieldsOfRecord(record: Readonly<Record<string, unknown>>): LambdaFields {
  const { metrics, tracing, ...plain } = record;
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...plain, ...(isObject(metrics) ? metrics : {}) })) {
    if (typeof value === 'string' || typeof value === 'number') fields[snakeCase(key)] = String(value);
    else if (Array.isArray(value) && key !== 'spans') fields[snakeCase(key)] = JSON.stringify(value);
  }
  if (isObject(tracing)) {
    const header = typeof tracing.value === 'string' ? tracing.value : '';
    fields.xray_trace_id = /Root=([^;]{1,64})/.exec(header)?.[1] ?? '';
    fields.segment_id = typeof tracing.spanId === 'string' ? tracing.spanId : '';
  }
  return fields;
}

function snakeCase(name: string): string {
  return name.replace(/MB$/, 'Mb').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
