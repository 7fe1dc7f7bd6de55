import { buildRegistry, type Event, type RecordOutcome, tenantSchema } from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';

/** Sends lines as records of their own through the transform, with one registered tenant. */
export async function transformLines(
  lines: readonly string[],
  tenant: string,
  namespace: string,
): Promise<{ readonly events: readonly Event[]; readonly outcomes: readonly RecordOutcome[] }> {
  const outcomes: RecordOutcome[] = [];
  const transform = createTransform({
    registry: () => buildRegistry({ tenants: [tenantSchema.parse({ id: tenant, namespaces: [namespace] })] }),
    trust: 'namespace',
    platformStream: 'platform',
    reput: async (pieces) => pieces.map(() => false),
    observe: (outcome) => outcomes.push(outcome),
  });
  const response = await transform({
    invocationId: 'i',
    deliveryStreamArn: 'arn:aws:firehose:us-east-1:0:deliverystream/d',
    region: 'us-east-1',
    records: lines.map((line, index) => ({
      recordId: String(index),
      approximateArrivalTimestamp: Date.UTC(2026, 10, 24, 12),
      data: Buffer.from(`${line}\n`).toString('base64'),
    })),
  });
  const events = response.records
    .filter((record) => record.result === 'Ok')
    .flatMap((record) => Buffer.from(record.data, 'base64').toString('utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Event);
  return { events, outcomes };
}
