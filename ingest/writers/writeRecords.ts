import pLimit from 'p-limit';
import { type Backoff, fullJitter } from '../../model/index.js';
import { packCalls } from './packCalls.js';
import type { OutgoingRecord, StreamTarget, Undelivered, WriteReport } from './StreamTarget.js';

/** What a write is done with beside its target. */
export interface WriteOptions {
  /** Calls in flight at once. With `ordered` it is one. */
  readonly concurrency?: number;
  /** Each call, its retries included, ends before the next one begins. A stream keeps no order inside one call. */
  readonly ordered?: boolean;
  /** Tries of one entry before it is given back as undelivered. */
  readonly attempts?: number;
  /** Waits between tries. */
  readonly backoff?: Backoff;
  /** Told of each record that could not be delivered, and waited for, so that a caller can keep it elsewhere. */
  readonly onUndelivered?: (undelivered: Undelivered) => Promise<void> | void;
  readonly signal?: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/**
 * Writes records to a stream. Takes from the source only what the calls in flight can carry, so memory is bounded by
 * `concurrency` calls however long the source is and however slow the stream (that is the back-pressure). Of a call that
 * was taken in part, only the failed entries are tried again, with full-jitter exponential back-off.
 *
 * What could not be delivered is counted and given to `onUndelivered`, never dropped in silence. Throws what the target
 * throws when no record could ever get through (no such stream, credentials refused), after the calls in flight ended; what of
 * the source was not sent by then is the caller's still.
 */
export async function writeRecords(
  source: Iterable<OutgoingRecord> | AsyncIterable<OutgoingRecord>,
  target: StreamTarget,
  options: WriteOptions,
): Promise<WriteReport> {
  const concurrency = options.ordered === true ? 1 : (options.concurrency ?? 4);
  const limit = pLimit(concurrency);
  const inFlight = new Set<Promise<void>>();
  const report = { written: 0, undelivered: 0, calls: 0, retriedEntries: 0 };
  let failure: { readonly error: unknown } | undefined;
  const giveBack = async (undelivered: Undelivered): Promise<void> => {
    report.undelivered += 1;
    await options.onUndelivered?.(undelivered);
  };
  const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
    try {
      await sendCall(records, target, options, report, giveBack);
    } catch (error) {
      failure ??= { error };
    }
  };
  for await (const packed of packCalls(source, target)) {
    if (failure !== undefined || options.signal?.aborted === true) break;
    if (packed.kind === 'refused') {
      await giveBack(packed.undelivered);
      continue;
    }
    while (inFlight.size >= concurrency) await Promise.race(inFlight);
    const call = limit(() => send(packed.records)).finally(() => inFlight.delete(call));
    inFlight.add(call);
  }
  await Promise.all(inFlight);
  if (failure !== undefined) throw failure.error;
  options.signal?.throwIfAborted();
  return report;
}

async function sendCall(
  records: readonly OutgoingRecord[],
  target: StreamTarget,
  options: WriteOptions,
  report: { written: number; calls: number; retriedEntries: number },
  giveBack: (undelivered: Undelivered) => Promise<void>,
): Promise<void> {
  const attempts = options.attempts ?? 8;
  const backoff = options.backoff ?? { baseMs: 100, capMs: 20_000 };
  let left = records;
  for (let attempt = 1; ; attempt += 1) {
    report.calls += 1;
    const errors = await target.put(left);
    const failed = left.flatMap((record, place) => {
      const reason = errors[place];
      return reason === undefined ? [] : [{ record, reason }];
    });
    report.written += left.length - failed.length;
    if (failed.length === 0) return;
    if (attempt >= attempts || options.signal?.aborted === true) {
      for (const { record, reason } of failed) await giveBack({ record, reason });
      return;
    }
    report.retriedEntries += failed.length;
    left = failed.map(({ record }) => record);
    await options.sleep(fullJitter(attempt, backoff, options.random));
  }
}
