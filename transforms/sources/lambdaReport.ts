import type { Micros } from '../../model/index.js';
import { isObject, jsonObject } from '../jsonObject.js';
import { fieldsOfRecord, fieldsOfText, type LambdaFields } from './lambdaFields.js';
import { lambdaParsed } from './lambdaParsed.js';
import { ONE, quantityOf } from './quantities.js';
import type { SourceLine } from './SourceLine.js';

const REPORT =
  /^REPORT RequestId: \S+\s+Duration: [\d.]+ ms\s+Billed Duration: \d+ ms\s+Memory Size: \d+ MB\s+Max Memory Used: \d+ MB/;

/**
 * A Lambda function's own account of an invocation: the `REPORT` line of text logging, or the `platform.report` event of
 * JSON logging, whose `tenantId` names the tenant of an isolated function.
 */
export function readLambdaReport(text: string, functionName: string): SourceLine | undefined {
  if (text.startsWith('REPORT ')) {
    return REPORT.test(text) ? reportOf(text, functionName, fieldsOfText(text), null) : undefined;
  }
  if (!text.includes('"platform.report"')) return undefined;
  const event = jsonObject(text);
  const record = isObject(event?.record) ? event.record : undefined;
  if (event?.type !== 'platform.report' || record === undefined || !isObject(record.metrics)) return undefined;
  return reportOf(text, functionName, fieldsOfRecord(record), typeof event.time === 'string' ? event.time : null);
}

function reportOf(text: string, functionName: string, fields: LambdaFields, time: string | null): SourceLine {
  const billed = quantityOf(fields.billed_duration_ms);
  const memory = quantityOf(fields.memory_size_mb);
  const product = billed === undefined || memory === undefined ? undefined : (billed * memory) / 1_000_000n;
  const entry = { service: 'Lambda', resource: functionName, operation: 'Invoke' };
  const { tenant_id: tenant = '' } = fields;
  return {
    parsed: {
      ...lambdaParsed('lambda_report', 'report', fields, text, time),
      serviceName: functionName === '' ? null : functionName,
      app: tenant === '' ? undefined : { tenant_id: tenant },
    },
    resources: [{ kind: 'functions', name: functionName }],
    usage: [
      { ...entry, meter: 'invocations', quantity: ONE },
      ...(product === undefined ? [] : [{ ...entry, meter: 'mb_milliseconds', quantity: product as Micros }]),
    ],
    problems: product === undefined ? ['usage_invalid_quantity'] : [],
  };
}
