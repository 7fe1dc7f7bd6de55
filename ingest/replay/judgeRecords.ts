import { FIREHOSE_LIMITS, type RecordOutcome } from '../../model/index.js';
import { createTransform, type TransformDeps } from '../../transforms/index.js';
import { batchEvent, batchIsFull } from '../delivery/batchEvents.js';
import type { QuarantinedRecord } from './readQuarantine.js';

/** A quarantined record and what the transform would make of it today. */
export interface JudgedRecord {
  readonly record: QuarantinedRecord;
  readonly outcome: Pick<RecordOutcome, 'outcome' | 'reason'>;
}

/**
 * Sends records through the real transform with today's registry, for its verdict only: nothing is written, and pieces
 * of a split go nowhere. Error records carry no reason, so this is also how the reason is found again.
 */
export async function* judgeRecords(
  records: AsyncIterable<QuarantinedRecord>,
  identity: Pick<TransformDeps, 'registry' | 'trust' | 'platformStream'>,
  stream: string,
): AsyncGenerator<JudgedRecord> {
  let outcomes: RecordOutcome[] = [];
  const transform = createTransform({
    ...identity,
    reput: async (pieces) => pieces.map(() => true),
    observe: (outcome) => outcomes.push(outcome),
  });
  let batch: (QuarantinedRecord & { readonly stream: string })[] = [];
  let bytes = 0;
  let number = 0;
  async function* judge(): AsyncGenerator<JudgedRecord> {
    outcomes = [];
    await transform(batchEvent('replay', number++, batch).event);
    for (const [place, record] of batch.entries()) {
      const { outcome = 'quarantined', reason = 'internal_error' } = outcomes[place] ?? {};
      yield { record, outcome: outcome === 'quarantined' ? { outcome, reason } : { outcome } };
    }
    batch = [];
    bytes = 0;
  }
  for await (const record of records) {
    if (record.cutShort || record.bytes.length > 4 * FIREHOSE_LIMITS.recordBytes) {
      yield { record, outcome: { outcome: 'quarantined', reason: 'too_large' } };
      continue;
    }
    const input = { ...record, stream };
    if (batchIsFull(batch, bytes, input)) yield* judge();
    batch.push(input);
    bytes += record.bytes.length;
  }
  if (batch.length > 0) yield* judge();
}
