import { buildRegistry, type FirehoseEvent, type RecordOutcome, tenantSchema } from '../../model/index.js';
import { createTransform, type ReputPiece } from '../../transforms/index.js';
import { answerFaults } from './answerFaults.js';
import { fuzzRecord } from './fuzzRecord.js';
import { largeLines } from './largeShapes.js';

/** What a run of the fuzzer is asked for. */
export interface FuzzOptions {
  readonly seed: number;
  /** Number of the first record. */
  readonly from: number;
  readonly records: number;
  /** Bytes of the large lines; 0 leaves them out. */
  readonly largeBytes: number;
  readonly stopwatch: () => number;
  readonly onProgress?: (done: number) => void;
}

/** What a run found. Times are milliseconds of this machine: reported, never judged. */
export interface FuzzReport {
  readonly seed: number;
  readonly records: number;
  readonly lines: number;
  /** Records by what became of them, `quarantined` with its reason. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** A record that the transform answered wrongly, or that it met a defect on. */
  readonly faults: readonly { readonly record: number | string; readonly fault: string }[];
  readonly slowestRecords: readonly { readonly record: number; readonly ms: number }[];
  readonly slowestLargeLines: readonly { readonly name: string; readonly ms: number }[];
  readonly largeLines: number;
}

const BATCH = 50;
const KEPT = 5;
const REPEATS = 3;
const ARRIVAL = Date.parse('2026-11-24T10:00:30Z');
const registry = buildRegistry({
  tenants: ['acme', 'beta'].map((id) => tenantSchema.parse({ id, namespaces: [id] })),
  sharedNamespaces: ['shared'],
});

/** Runs the transform over made-up records and holds each answer to the contract. */
export async function fuzzTransform(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, from, records, stopwatch } = options;
  const outcomes: Record<string, number> = {};
  const faults: { record: number | string; fault: string }[] = [];
  let slowestRecords: { record: number; ms: number }[] = [];
  let lines = 0;
  const once = async (batch: readonly Buffer[], platform: boolean) => {
    const seen: RecordOutcome[] = [];
    const pieces: ReputPiece[] = [];
    const transform = createTransform({
      registry: () => registry,
      trust: 'namespace',
      platformStream: 'platform',
      reput: async (sent) => {
        pieces.push(...sent);
        return sent.map(() => true);
      },
      observe: (outcome) => seen.push(outcome),
    });
    const event = eventOf(batch, platform);
    const begun = stopwatch();
    const response = await transform(event);
    return { event, response, seen, pieces, ms: stopwatch() - begun };
  };
  for (let at = from; at < from + records; at += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, from + records - at) }, (_, n) => fuzzRecord(seed, at + n));
    // Every tenth batch comes by the platform's stream, on which more is believed.
    const platform = Math.floor(at / BATCH) % 10 === 0;
    const { event, response, seen, pieces, ms } = await once(batch, platform);
    for (const { place, fault } of answerFaults(event, response, seen, pieces))
      faults.push({ record: at + place, fault });
    for (const { outcome, reason, lines: count } of seen) {
      const key = reason === undefined ? outcome : `${outcome} ${reason}`;
      outcomes[key] = (outcomes[key] ?? 0) + 1;
      lines += count;
    }
    // A batch that may hold one of the slowest records is timed again, record by record.
    if (slowestRecords.length < KEPT || ms > (slowestRecords.at(-1)?.ms ?? 0) + BATCH * 0.05) {
      for (const [n, record] of batch.entries()) {
        slowestRecords.push({
          record: at + n,
          ms: await leastOf(REPEATS, async () => (await once([record], platform)).ms),
        });
      }
      slowestRecords = slowestRecords.sort((a, b) => b.ms - a.ms).slice(0, KEPT);
    }
    options.onProgress?.(at + batch.length - from);
  }
  const large: { name: string; ms: number }[] = [];
  for (const shape of options.largeBytes > 0 ? largeLines(options.largeBytes) : []) {
    const record = Buffer.from(`${JSON.stringify({ ...ENVELOPE, log: shape.log })}\n`);
    const { event, response, seen, pieces } = await once([record], false);
    for (const { fault } of answerFaults(event, response, seen, pieces)) faults.push({ record: shape.name, fault });
    // Alone in its batch: sent again it would come back as it is, for ever.
    if (seen[0]?.outcome === 'reput') faults.push({ record: shape.name, fault: 'a single line was sent again' });
    large.push({ name: shape.name, ms: await leastOf(REPEATS, async () => (await once([record], false)).ms) });
  }
  return {
    seed,
    records,
    lines,
    outcomes,
    faults,
    slowestRecords,
    largeLines: large.length,
    slowestLargeLines: large.sort((a, b) => b.ms - a.ms).slice(0, KEPT),
  };
}

const ENVELOPE = { tenant_id: 'acme', namespace: 'acme', pod: 'p', file: 'f', offset: 1, time: '2026-11-24T10:00:00Z' };

/** The least of several times is the work's own; the others hold what else the machine did. */
async function leastOf(times: number, run: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time += 1) least = Math.min(least, await run());
  return least;
}

function eventOf(records: readonly Buffer[], platform: boolean): FirehoseEvent {
  return {
    invocationId: 'fuzz',
    deliveryStreamArn: 'arn:aws:firehose:local:0:deliverystream/fuzz',
    sourceKinesisStreamArn: `arn:aws:kinesis:local:0:stream/${platform ? 'platform' : 'cell'}`,
    region: 'local',
    records: records.map((bytes, index) => ({
      recordId: String(index),
      approximateArrivalTimestamp: ARRIVAL,
      data: bytes.toString('base64'),
      kinesisRecordMetadata: {
        shardId: 'shardId-0',
        partitionKey: 'p',
        approximateArrivalTimestamp: ARRIVAL,
        sequenceNumber: String(index),
      },
    })),
  };
}
