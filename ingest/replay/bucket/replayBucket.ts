import { createHash } from 'node:crypto';
import type { QuarantineReason, Registry } from '../../../model/index.js';
import type { OutgoingRecord, StreamTarget } from '../../writers/StreamTarget.js';
import { writeRecords } from '../../writers/writeRecords.js';
import { type JudgedRecord, judgeRecords } from '../judgeRecords.js';
import { parseErrorLine, type QuarantinedRecord } from '../readQuarantine.js';
import type { ErrorObject, ErrorObjects } from './ErrorObjects.js';
import { isEvent } from './isEvent.js';
import { type JournalEntry, type JournalStore, ReplayJournal } from './ReplayJournal.js';

/** Records and bytes of one call to a stream, and of one entry of the journal. */
const CALL_RECORDS = 500;
const CALL_BYTES = 4 * 1024 * 1024;

/** What a replay from a bucket needs, and which of the quarantine is meant. */
export interface BucketReplayOptions {
  readonly objects: ErrorObjects;
  readonly journal: JournalStore;
  /** Name of the data stream that a delivery stream reads. */
  readonly sourceOf: (delivery: string) => Promise<string>;
  readonly targetOf: (stream: string) => Promise<StreamTarget>;
  readonly registry: Registry;
  readonly trust: 'namespace' | 'stamped';
  readonly platformStream: string;
  /** Only records that arrived in this half-open window, epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  /** Only records of this data stream. */
  readonly stream?: string;
  /**
   * Only records with this reason: Firehose's type of error (`processing-failed`) or code (`Lambda.FunctionError`), or the
   * quarantine's own word, which is found from their bytes today.
   */
  readonly reason?: string;
  readonly dryRun: boolean;
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onProgress?: (summary: BucketReplaySummary) => void;
}

/**
 * What a replay found and did. `records` = `replayedBefore` + `passedOver` + `passing` + `split` + `transformed` + the sum of
 * `failing`; unless it was a dry run or was ended, `passing` + `split` = `replayed` + the sum of `undelivered`.
 */
export interface BucketReplaySummary {
  objects: number;
  /** Records that arrived in the window, by Firehose's type of error. */
  byType: Record<string, number>;
  records: number;
  /** Records that an earlier replay has put. */
  replayedBefore: number;
  /** Records of another reason than the one asked for. */
  passedOver: number;
  /** Records the transform would take today. */
  passing: number;
  /** Records that would be split by tenant; their pieces are judged when they come back. */
  split: number;
  /** Records that the transform has answered before: not a stream's, and left where they are. */
  transformed: number;
  /** Records that would be quarantined again, by reason; they stay where they are. */
  failing: Record<string, number>;
  /** Records put on a stream, by its name. */
  replayed: Record<string, number>;
  /** Records the stream did not take, by its reason; the next replay tries them again. */
  undelivered: Record<string, number>;
  /** Ended before all was looked at. */
  interrupted: boolean;
}

/**
 * Puts quarantined records of a bucket on the streams they came by, after what was wrong was mended: those that would pass today,
 * each once (see {@link ReplayJournal}). They arrive anew, today; who they are and when they happened is theirs still. The
 * quarantine itself is not changed. Ends early, with its summary, when the signal is given. Throws INPUT_INVALID for an
 * object that is no error object, LAKE_BUSY, and what its ports throw; what was put until then stands in the journal.
 */
export async function replayBucket(options: BucketReplayOptions): Promise<BucketReplaySummary> {
  const summary: BucketReplaySummary = {
    ...{ objects: 0, byType: {}, records: 0, replayedBefore: 0, passedOver: 0, passing: 0, split: 0, transformed: 0 },
    ...{ failing: {}, replayed: {}, undelivered: {}, interrupted: false },
  };
  const journal = new ReplayJournal(options.journal, options.clock);
  const sourceOf = remembered(options.sourceOf);
  const targetOf = remembered(options.targetOf);
  for await (const object of options.objects.list(options.since)) {
    const stream = await sourceOf(object.delivery);
    if (options.stream !== undefined && stream !== options.stream) continue;
    summary.objects += 1;
    const entry = await journal.entryOf(object);
    const put = options.dryRun ? undefined : callsOf(await targetOf(stream), { options, stream, entry, summary });
    for await (const judged of judgeRecords(chosen(object, options, entry, summary), identityOf(options), stream)) {
      if (options.signal.aborted) break;
      if (!isMeant(judged, object, options.reason, summary)) continue;
      await put?.add(judged.record);
      options.onProgress?.(summary);
    }
    await put?.flush();
    if (!options.signal.aborted) continue;
    summary.interrupted = true;
    break;
  }
  return summary;
}

const identityOf = ({ registry, trust, platformStream }: BucketReplayOptions) => {
  return { registry: () => registry, trust, platformStream };
};

/** Records of one object that are to be judged; the others are counted. */
async function* chosen(
  object: ErrorObject,
  { objects, since, until, reason }: BucketReplayOptions,
  entry: JournalEntry,
  summary: BucketReplaySummary,
): AsyncGenerator<QuarantinedRecord> {
  let number = 0;
  for await (const text of objects.lines(object)) {
    number += 1;
    if (text.trim() === '') continue;
    const { record } = parseErrorLine(text, object.path, number, objects.name.replace(/errors\/$/, object.path));
    if (record.arrival < since || record.arrival >= until) continue;
    count(summary.byType, object.type);
    summary.records += 1;
    if (entry.has(number)) summary.replayedBefore += 1;
    else if (!isEvent(record.bytes)) yield record;
    else if (reason === undefined || reason === object.type || reason === record.code) summary.transformed += 1;
    else summary.passedOver += 1;
  }
}

/** True of a record that is to be put; the others are counted, by what they are. */
function isMeant(
  { record, outcome }: JudgedRecord,
  object: ErrorObject,
  reason: string | undefined,
  summary: BucketReplaySummary,
): boolean {
  const why: QuarantineReason | undefined = record.reason ?? outcome.reason;
  if (reason !== undefined && ![why, object.type, record.code].includes(reason)) {
    summary.passedOver += 1;
    return false;
  }
  if (outcome.outcome === 'quarantined') {
    count(summary.failing, outcome.reason ?? 'internal_error');
    return false;
  }
  if (outcome.outcome === 'reput') summary.split += 1;
  else summary.passing += 1;
  return true;
}

/** Puts records in calls of bounded size, and writes down after each what the stream took. */
function callsOf(
  target: StreamTarget,
  {
    options,
    stream,
    entry,
    summary,
  }: {
    readonly options: BucketReplayOptions;
    readonly stream: string;
    readonly entry: JournalEntry;
    readonly summary: BucketReplaySummary;
  },
) {
  let waiting = new Map<OutgoingRecord, number>();
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const call = waiting;
    [waiting, bytes] = [new Map(), 0];
    const failed = new Set<OutgoingRecord>();
    await writeRecords(call.keys(), target, {
      concurrency: 1,
      sleep: options.sleep,
      random: options.random,
      onUndelivered: ({ record, reason }) => {
        failed.add(record);
        count(summary.undelivered, reason);
      },
    });
    for (const [record, line] of call) {
      if (failed.has(record)) continue;
      entry.add(line);
      count(summary.replayed, stream);
    }
    await entry.save(stream);
  };
  return {
    flush,
    add: async (record: QuarantinedRecord): Promise<void> => {
      // The hash spreads records over shards, and needs no chance.
      const partitionKey = createHash('sha256').update(record.bytes).digest('hex').slice(0, 32);
      waiting.set({ data: record.bytes, partitionKey }, Number(record.sequence));
      bytes += record.bytes.length;
      if (waiting.size >= CALL_RECORDS || bytes >= CALL_BYTES) await flush();
    },
  };
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** Asks once for each name. */
function remembered<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name) => {
    const known = answers.get(name) ?? ask(name);
    answers.set(name, known);
    return known;
  };
}
