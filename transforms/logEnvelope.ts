import { ENVELOPE_SCHEMA, type Envelope, RESERVED_TENANTS } from '../model/index.js';
import type { DecodedLine } from './decodeRecord.js';
import { isObject } from './jsonObject.js';

/** What a CloudWatch Logs subscription sends: log events as lines, or a message that carries none. */
export type LogEnvelope =
  | { readonly kind: 'data'; readonly lines: readonly DecodedLine[] }
  | { readonly kind: 'control' };

/**
 * Lines of a CloudWatch Logs subscription's envelopes (AWS documentation), each as an imported line with the log event's own
 * id, so that the same event through a file and through the stream is one. Undefined when a line is no such envelope: a
 * record is taken apart whole or not at all.
 */
export function readLogEnvelopes(decoded: readonly DecodedLine[]): LogEnvelope | undefined {
  const lines: DecodedLine[] = [];
  for (const { object } of decoded) {
    if (object === undefined || !isObject(object) || !Array.isArray(object.logEvents)) return undefined;
    const { messageType, owner, logGroup, logStream } = object;
    if (messageType === 'CONTROL_MESSAGE') continue;
    if (messageType !== 'DATA_MESSAGE' || typeof logGroup !== 'string' || typeof logStream !== 'string')
      return undefined;
    for (const event of object.logEvents) {
      if (!isObject(event) || typeof event.id !== 'string' || typeof event.message !== 'string') return undefined;
      const time = typeof event.timestamp === 'number' ? new Date(event.timestamp) : undefined;
      const envelope: Envelope = {
        schema: ENVELOPE_SCHEMA,
        tenant_id: RESERVED_TENANTS.shared,
        source: 'cloudwatch_logs',
        uid: `${String(owner)}/${event.id}`,
        file: `${logGroup}:${logStream}`,
        ...(time === undefined || Number.isNaN(time.getTime()) ? {} : { time: time.toISOString() }),
        log: event.message.replace(/\n+$/, ''),
      };
      lines.push({ text: JSON.stringify(envelope), object: { ...envelope }, index: lines.length });
    }
  }
  return lines.length === 0 ? { kind: 'control' } : { kind: 'data', lines };
}
