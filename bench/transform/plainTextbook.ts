import type { FirehoseEvent, FirehoseResponse } from '../../model/index.js';

/**
 * The transform of the tutorials: decode, parse the envelope and the line in it, rebuild, encode. It checks nobody's identity,
 * meters nothing, redacts nothing and identifies no line.
 */
export function plainTextbook(event: FirehoseEvent): FirehoseResponse {
  return {
    records: event.records.map((record) => {
      const text = Buffer.from(record.data, 'base64').toString('utf8');
      const lines = text.trimEnd().split('\n').map(transformLine);
      return {
        recordId: record.recordId,
        result: 'Ok' as const,
        data: Buffer.from(`${lines.map((line) => JSON.stringify(line.out)).join('\n')}\n`).toString('base64'),
        metadata: { partitionKeys: { tenant_id: lines[0]?.tenant ?? '', dt: lines[0]?.dt ?? '' } },
      };
    }),
  };
}

function transformLine(line: string): { readonly out: object; readonly tenant: string; readonly dt: string } {
  const { log, app, ...envelope } = JSON.parse(line) as Record<string, unknown>;
  const inner = app ?? (typeof log === 'string' && log.startsWith('{') ? (JSON.parse(log) as unknown) : { msg: log });
  const dt = String(envelope.time).slice(0, 10);
  return { out: { ...envelope, ...(inner as object), dt }, tenant: String(envelope.tenant_id), dt };
}
