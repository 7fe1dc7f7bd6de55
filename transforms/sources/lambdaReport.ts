import type { Micros } from '../../model/index.js';
import { isObject, jsonObject } from '../jsonObject.js';
import { PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { ONE, quantityOf } from './quantities.js';
import type { SourceLine } from './SourceLine.js';

const REPORT =
  /^REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms\s+Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB/;

/**
 * A Lambda function's own account of an invocation: the `REPORT` line of text logging, or the `platform.report` event of
 * JSON logging, whose `tenantId` names the tenant of an isolated function.
 */
export function readLambdaReport(text: string, functionName: string): SourceLine | undefined {
  const line = REPORT.exec(text);
  if (line !== null) {
    const [, requestId = '', duration, billed, memory] = line;
    return reportOf(text, functionName, { requestId, duration, billed, memory, time: null, tenant: '' });
  }
  if (!text.includes('"platform.report"')) return undefined;
  const event = jsonObject(text);
  const record = isObject(event?.record) ? event.record : undefined;
  const metrics = isObject(record?.metrics) ? record.metrics : undefined;
  if (event?.type !== 'platform.report' || record === undefined || metrics === undefined) return undefined;
  return reportOf(text, functionName, {
    requestId: typeof record.requestId === 'string' ? record.requestId : '',
    duration: metrics.durationMs,
    billed: metrics.billedDurationMs,
    memory: metrics.memorySizeMB,
    time: typeof event.time === 'string' ? event.time : null,
    tenant: typeof record.tenantId === 'string' ? record.tenantId : '',
  });
}

interface Report {
  readonly requestId: string;
  readonly duration: unknown;
  readonly billed: unknown;
  readonly memory: unknown;
  readonly time: string | null;
  readonly tenant: string;
}

function reportOf(text: string, functionName: string, report: Report): SourceLine {
  const billed = quantityOf(report.billed);
  const memory = quantityOf(report.memory);
  const product = billed === undefined || memory === undefined ? undefined : (billed * memory) / 1_000_000n;
  const entry = { service: 'Lambda', resource: functionName, operation: 'Invoke' };
  return {
    parsed: {
      ...PLAIN,
      format: 'lambda_report',
      body: text.trimEnd(),
      time: report.time === null ? null : (parseIsoTime(report.time) ?? null),
      timeText: report.time,
      eventName: 'lambda.report',
      serviceName: functionName === '' ? null : functionName,
      durationMs: Number.isFinite(Number(report.duration)) ? Number(report.duration) : null,
      rest: { 'aws.request_id': report.requestId, 'aws.lambda.tenant_id': report.tenant },
      app: report.tenant === '' ? undefined : { tenant_id: report.tenant },
    },
    resources: [{ kind: 'functions', name: functionName }],
    usage: [
      { ...entry, meter: 'invocations', quantity: ONE },
      ...(product === undefined ? [] : [{ ...entry, meter: 'mb_milliseconds', quantity: product as Micros }]),
    ],
    problems: product === undefined ? ['usage_invalid_quantity'] : [],
  };
}
