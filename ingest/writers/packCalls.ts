import type { OutgoingRecord, StreamTarget, Undelivered } from './StreamTarget.js';

/** The records of one call, or a record the stream would never take. */
export type Packed =
  | { readonly kind: 'call'; readonly records: readonly OutgoingRecord[] }
  | { readonly kind: 'refused'; readonly undelivered: Undelivered };

/** Cuts a source into calls within the target's limits, in the order of the source; holds at most one call. */
export async function* packCalls(
  source: Iterable<OutgoingRecord> | AsyncIterable<OutgoingRecord>,
  target: StreamTarget,
): AsyncGenerator<Packed> {
  let records: OutgoingRecord[] = [];
  let bytes = 0;
  for await (const record of source) {
    const reason = refusal(record, target);
    if (reason !== undefined) {
      yield { kind: 'refused', undelivered: { record, reason } };
      continue;
    }
    const size = target.sizeOf(record);
    if (records.length >= target.maxRecords || (records.length > 0 && bytes + size > target.maxCallBytes)) {
      yield { kind: 'call', records };
      records = [];
      bytes = 0;
    }
    records.push(record);
    bytes += size;
  }
  if (records.length > 0) yield { kind: 'call', records };
}

function refusal(record: OutgoingRecord, target: StreamTarget): string | undefined {
  if (target.sizeOf(record) > target.maxRecordBytes) return 'too_large';
  const characters = [...record.partitionKey].length;
  return characters < 1 || characters > 256 ? 'invalid_partition_key' : undefined;
}
