import {
  buildRegistry,
  type Event,
  FIREHOSE_LIMITS,
  type FirehoseResultRecord,
  type RecordOutcome,
  tenantSchema,
} from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { readEvent } from './readEvent.js';

/** Sends records through the transform in batches as Firehose makes them, with one registered tenant; re-puts come back. */
export async function transformLines(
  records: readonly (string | Buffer)[],
  tenant: string,
  namespace: string,
  over: { readonly shared?: readonly string[]; readonly stream?: string } = {},
): Promise<{ readonly events: readonly Event[]; readonly outcomes: readonly RecordOutcome[] }> {
  const stream = over.stream ?? (over.shared === undefined ? 'd' : 'platform');
  const outcomes: RecordOutcome[] = [];
  const returned: Buffer[] = [];
  const transform = createTransform({
    registry: () =>
      buildRegistry({
        tenants: [tenantSchema.parse({ id: tenant, namespaces: [namespace] })],
        sharedNamespaces: over.shared ?? [],
      }),
    trust: 'namespace',
    platformStream: 'platform',
    reput: async (pieces) => {
      returned.push(...pieces.map((piece) => piece.data));
      return pieces.map(() => true);
    },
    observe: (outcome) => outcomes.push(outcome),
  });
  const answers: FirehoseResultRecord[] = [];
  const send = async (batch: readonly (string | Buffer)[]): Promise<void> => {
    const response = await transform({
      invocationId: 'i',
      deliveryStreamArn: `arn:aws:firehose:us-east-1:0:deliverystream/${stream}`,
      region: 'us-east-1',
      records: batch.map((record, index) => ({
        recordId: String(index),
        approximateArrivalTimestamp: Date.UTC(2026, 10, 24, 12),
        data: Buffer.from(record).toString('base64'),
      })),
    });
    answers.push(...response.records);
  };
  for (const batch of batches(records)) await send(batch);
  // What is sent again comes back as records of their own, until nothing does.
  for (let piece = returned.shift(); piece !== undefined; piece = returned.shift()) await send([piece]);
  const events = answers
    .filter((record) => record.result === 'Ok')
    .flatMap((record) => Buffer.from(record.data, 'base64').toString('utf8').trimEnd().split('\n'))
    .map(readEvent);
  return { events, outcomes };
}

function* batches(records: readonly (string | Buffer)[]): Generator<readonly (string | Buffer)[]> {
  let batch: (string | Buffer)[] = [];
  let size = 0;
  for (const record of records) {
    if (
      batch.length > 0 &&
      (batch.length >= FIREHOSE_LIMITS.batchRecords || size + record.length > FIREHOSE_LIMITS.batchBytes)
    ) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(record);
    size += record.length;
  }
  if (batch.length > 0) yield batch;
}
