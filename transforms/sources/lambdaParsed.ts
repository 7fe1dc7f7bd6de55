import { hexOf } from '../hexOf.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';
import type { LambdaFields } from './lambdaFields.js';

/** How an invocation or the start of an instance fails: each is an error, though Lambda prints no level. */
const FAILED: ReadonlySet<string> = new Set(['error', 'failure', 'timeout']);
const ERROR = 17;
/** Fields with a column, or under a name of OpenTelemetry's. */
const READ: ReadonlySet<string> = new Set([
  'request_id',
  'duration_ms',
  'error_type',
  'function_name',
  'function_version',
  'version',
  'xray_trace_id',
  'segment_id',
]);

/** A line of Lambda's own, from its fields; `time` is what JSON logging prints, text logging none. */
export function lambdaParsed(
  format: 'lambda_report' | 'lambda_platform',
  event: string,
  fields: LambdaFields,
  text: string,
  time: string | null,
): ParsedText {
  const failed = FAILED.has(fields.status ?? '');
  const others = Object.entries(fields).filter(([key]) => !READ.has(key));
  const duration = Number(fields.duration_ms ?? Number.NaN);
  return {
    ...PLAIN,
    format,
    body: text.trimEnd(),
    time: time === null ? null : (parseIsoTime(time) ?? null),
    timeText: time,
    severityNumber: failed ? ERROR : null,
    eventName: `lambda.${event}`,
    serviceName: fields.function_name ?? null,
    // X-Ray's id in two parts is OpenTelemetry's: `1-` and the time, then the rest.
    traceId: hexOf((fields.xray_trace_id ?? '').replace(/^1-/, '').replace('-', ''), 32),
    spanId: hexOf(fields.segment_id, 16),
    durationMs: Number.isFinite(duration) ? duration : null,
    errorType: fields.error_type ?? (failed ? (fields.status ?? null) : null),
    rest: present({
      'aws.request_id': fields.request_id,
      'faas.version': fields.version ?? fields.function_version,
      ...Object.fromEntries(others.map(([key, value]) => [`aws.lambda.${key}`, value])),
    }),
  };
}
