import type { AwsPrices } from './AwsPrices.js';
import type { CellPlan } from './planCells.js';
import { CELL_ALARMS, CELL_COMPOSITES, LINE_SECONDS, MONTH_HOURS, volumeOf, type Workload } from './Workload.js';

/** Dollars a month of one stage. */
export interface StageCost {
  readonly stage: string;
  readonly usd: number;
  /** What most of it is. */
  readonly of: string;
}

const GB = 1e9;
/** The stream rounds each record up to this, Firehose to the other (AWS's pricing pages). */
const STREAM_STEP = 1024;
const FIREHOSE_STEP = 5 * 1024;
/** Around each call: 1 MB a call, and a few milliseconds besides. */
const CALL_BYTES = 1024 * 1024;
const CALL_SECONDS = 0.005;
/** Bytes of a line in Parquet, all columns, for each byte of its text; text that repeats is less. */
const PARQUET_SHARE = 0.3;
const OBJECT_BYTES = 128 * 1024 * 1024;

/** What a workload costs a month, stage by stage: an estimate at list prices, without support, taxes or what is not deployed. */
export function costsOf(workload: Workload, { cells }: CellPlan, prices: AwsPrices): readonly StageCost[] {
  const { tenants, lineBytes, linesPerSecond, retentionDays, scannedGb, bufferSeconds, streamHours } = workload;
  const { lines, bytes, records, recordBytes } = volumeOf(workload);
  const rounded = (step: number): number => (records * Math.ceil(recordBytes / step) * step) / GB;
  const gb = bytes / GB;
  // The platform's own stream is one more.
  const streams = cells + 1;
  const extended = (gb * Math.max(0, streamHours - 24)) / MONTH_HOURS;
  const windows = (MONTH_HOURS * 3600) / bufferSeconds;
  const busy = Math.min(1, linesPerSecond * bufferSeconds);
  const objects = tenants * windows * busy + bytes / OBJECT_BYTES;
  const stored = (tenants * linesPerSecond * 86_400 * retentionDays * lineBytes * PARQUET_SHARE) / GB;
  const calls = bytes / CALL_BYTES;
  const stages: readonly [string, string, number][] = [
    [
      'stream',
      'records rounded up to 1 KB',
      streams * MONTH_HOURS * prices.kinesis.stream_hour +
        rounded(STREAM_STEP) * prices.kinesis.gb_in +
        gb * prices.kinesis.gb_out +
        extended * prices.kinesis.gb_month_extended,
    ],
    [
      'delivery',
      'records rounded up to 5 KB',
      rounded(FIREHOSE_STEP) * (prices.firehose.gb_in + prices.firehose.gb_converted) +
        gb * prices.firehose.gb_partitioned +
        (objects / 1000) * prices.firehose.thousand_objects,
    ],
    [
      'transform',
      'processor time by line',
      (lines * LINE_SECONDS + calls * CALL_SECONDS) * prices.lambda.gb_second +
        (calls / 1e6) * prices.lambda.million_requests,
    ],
    ['lake', 'lines kept, as Parquet', stored * prices.s3.gb_month + (objects / 1000) * prices.s3.thousand_puts],
    ['queries', 'bytes read', (scannedGb / 1000) * prices.athena.tb_scanned],
    [
      'keys and alarms',
      'cells',
      (streams + 2) * prices.kms.key_month +
        streams * CELL_ALARMS * prices.cloudwatch.alarm_month +
        (streams * CELL_COMPOSITES + 1) * prices.cloudwatch.composite_month +
        // One for each cell, and the fleet's.
        (streams + 1) * prices.cloudwatch.dashboard_month,
    ],
  ];
  return stages.map(([stage, of, usd]) => ({ stage, of, usd }));
}

/** All stages together. */
export const totalOf = (stages: readonly StageCost[]): number => stages.reduce((sum, { usd }) => sum + usd, 0);

/** How many times as much queries read, and the lake keeps, of lines as JSON (gzip) instead of Parquet. */
const JSON_TIMES_READ = 10;
const JSON_TIMES_KEPT = 1.5;

/** The same workload with each line a record, and with lines kept as JSON: what packing and Parquet are worth. */
export function alternativesOf(workload: Workload, cells: CellPlan, prices: AwsPrices) {
  const unpacked = costsOf({ ...workload, aggregated: false }, cells, prices);
  const unconverted = { ...prices, firehose: { ...prices.firehose, gb_converted: 0 } };
  const asJson = costsOf({ ...workload, scannedGb: workload.scannedGb * JSON_TIMES_READ }, cells, unconverted).map(
    (stage) => (stage.stage === 'lake' ? { ...stage, usd: stage.usd * JSON_TIMES_KEPT } : stage),
  );
  return [
    { what: 'each line a record of its own', usd: totalOf(unpacked) },
    { what: 'lines kept as JSON, not Parquet', usd: totalOf(asJson) },
  ];
}
