import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ARRIVALS_ENDING, type ArrivalIndexLine, LAKE, type QuarantineReason } from '../../model/index.js';
import { type DeliveryOptions, type DeliverySummary, runDelivery } from '../delivery/runDelivery.js';
import { stopIfAsked } from '../delivery/stopIfAsked.js';
import { openLake } from '../lake/openLake.js';
import { requireLake } from '../lake/requireLake.js';
import { guardWrites } from '../lake/writeErrors.js';
import { judgeRecords } from './judgeRecords.js';
import { listErrorObjects, type QuarantinedRecord, readErrorObject } from './readQuarantine.js';

/** What a replay needs: a delivery's options, and which of the quarantine is meant. */
export interface ReplayOptions extends Omit<DeliveryOptions, 'inputs' | 'records' | 'stdin'> {
  /** Only records that arrived in this half-open window, epoch milliseconds. */
  readonly since?: number;
  readonly until?: number;
  /**
   * Only records with this reason: the one written beside them, as the local delivery does; for Firehose's own error
   * records, which carry none, the one found from their bytes today.
   */
  readonly reason?: QuarantineReason;
  /** Says what would happen, and writes nothing. */
  readonly dryRun: boolean;
}

/** What a replay found and did. `records` = `passing` + `split` + the sum of `failing`. */
export interface ReplaySummary {
  readonly records: number;
  /** Records the transform would take today. */
  readonly passing: number;
  /** Records that would be split by tenant; their pieces are judged when they come back. */
  readonly split: number;
  /** Records that would be quarantined again, by reason; they stay where they are. */
  readonly failing: Readonly<Record<string, number>>;
  /** Records passed over because `reason` was asked for, and they carry none and would pass today. */
  readonly withoutReason?: number;
  /** Absent after a dry run, or when nothing would pass. */
  readonly delivery?: DeliverySummary;
}

/**
 * Sends quarantined records into the lake again, after what was wrong was mended. Only those that would pass today are
 * sent; the others stay where they are, counted by the reason found from their bytes. They keep their first arrival, and
 * with it their partition. The quarantine itself is not changed: replayed twice, the same records are passed over as
 * content the lake has, or fall to their event ids in the ledger. Throws what {@link runDelivery} throws,
 * LAKE_NOT_FOUND, and INPUT_INVALID for an error object that is none.
 */
export async function replayQuarantine(options: ReplayOptions): Promise<ReplaySummary> {
  const { lake, since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = options;
  const identity = {
    registry: () => options.registry,
    trust: options.trust,
    platformStream: options.platformStream,
  };
  const failing = new Map<string, number>();
  const counts = { records: 0, passing: 0, split: 0 };
  let withoutReason = 0;
  return guardWrites(lake, async () => {
    await requireLake(lake);
    await openLake(lake);
    const spool = options.dryRun ? undefined : await makeSpool(lake);
    try {
      for (const object of await listErrorObjects(lake)) {
        const chosen = within(readErrorObject(lake, object), since, until);
        const file = spool === undefined ? undefined : join(spool, `${hash(object)}.records`);
        for await (const { record, outcome } of judgeRecords(chosen, identity, options.stream)) {
          stopIfAsked(options.signal);
          const why = record.reason ?? outcome.reason;
          if (options.reason !== undefined && why !== options.reason) {
            if (why === undefined) withoutReason += 1;
            continue;
          }
          counts.records += 1;
          if (outcome.outcome === 'quarantined') {
            const reason = outcome.reason ?? 'internal_error';
            failing.set(reason, (failing.get(reason) ?? 0) + 1);
            continue;
          }
          if (outcome.outcome === 'reput') counts.split += 1;
          else counts.passing += 1;
          if (file !== undefined) appendRecord(file, record, options.stream);
        }
      }
      const summary = {
        ...counts,
        ...(options.reason === undefined ? {} : { withoutReason }),
        failing: Object.fromEntries([...failing].sort()),
      };
      if (spool === undefined || counts.passing + counts.split === 0) return summary;
      return { ...summary, delivery: await runDelivery({ ...options, inputs: [spool] }) };
    } finally {
      if (spool !== undefined) await rm(spool, { recursive: true, force: true });
    }
  });
}

async function makeSpool(lake: string): Promise<string> {
  await mkdir(join(lake, LAKE.staging), { recursive: true });
  return mkdtemp(join(lake, LAKE.staging, 'replay-'));
}

async function* within(
  records: AsyncIterable<QuarantinedRecord>,
  since: number,
  until: number,
): AsyncGenerator<QuarantinedRecord> {
  for await (const record of records) if (record.arrival >= since && record.arrival < until) yield record;
}

/** The record's exact bytes, and a line of the arrival index that says where they end and what they are known by. */
function appendRecord(file: string, record: QuarantinedRecord, stream: string): void {
  const { arrival, shard, sequence, bytes } = record;
  const line: ArrivalIndexLine = { arrival, stream, shard, sequence, lengths: [bytes.length] };
  appendFileSync(file, bytes);
  appendFileSync(`${file}${ARRIVALS_ENDING}`, `${JSON.stringify(line)}\n`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
