import type { AwsPrices } from './AwsPrices.js';
import { CELL_PARTS, LEDGER_METRICS, SHARED_PARTS, TENANT_METRICS, TRANSFORM_METRICS } from './deployedParts.js';
import type { Assumptions } from './jobs/assumptions.js';
import { jobStages } from './jobs/jobStages.js';
import { objectsOf } from './objectsOf.js';
import type { CellPlan } from './planCells.js';
import { registryStage } from './registryStage.js';
import { type Driver, type StageCost, stageOf } from './StageCost.js';
import { LINE_SECONDS, MONTH_HOURS, volumeOf, type Workload } from './Workload.js';

const GB = 1e9;
/** The stream rounds each record up to this, Firehose to the other (AWS's pricing pages). */
const STREAM_STEP = 1024;
const FIREHOSE_STEP = 5 * 1024;
/** Around each call: 1 MB a call, and a few milliseconds besides. */
const CALL_BYTES = 1024 * 1024;
const CALL_SECONDS = 0.005;

/**
 * What a workload costs a month, stage by stage: an estimate at list prices, without free tiers, requests to KMS, support, taxes or
 * what is not deployed. The registry is reckoned in its table, which costs little more.
 */
export function costsOf(
  workload: Workload,
  { cells }: CellPlan,
  prices: AwsPrices,
  assumed: Assumptions,
): readonly StageCost[] {
  const { tenants, lineBytes, linesPerSecond, retentionDays, scannedGb, streamHours } = workload;
  const { kinesis, firehose, lambda, s3, athena, kms, cloudwatch, sns } = prices;
  const { lines, bytes, records, recordBytes } = volumeOf(workload);
  const rounded = (step: number): number => (records * Math.ceil(recordBytes / step) * step) / GB;
  const gb = bytes / GB;
  // The platform's own stream is one more.
  const streams = cells + 1;
  const extended = (gb * Math.max(0, streamHours - 24)) / MONTH_HOURS;
  const objects = objectsOf(workload);
  const stored = (tenants * linesPerSecond * 86_400 * retentionDays * lineBytes * assumed.parquet_share) / GB;
  const calls = bytes / CALL_BYTES;
  const of = (part: 'keys' | 'alarms' | 'composite_alarms' | 'dashboards'): number =>
    streams * CELL_PARTS[part] + SHARED_PARTS[part];
  const { named_tenants: named } = assumed;
  const counted = named === 0 ? 0 : Math.min(tenants, named + 1);
  // Every tenant of a cell is in every call that has as many records; those that are not named are counted together.
  const inCall = Math.min(Math.ceil(tenants / cells), CALL_BYTES / recordBytes, counted);
  const logsOfCalls = (calls * (assumed.log_kb_a_call + inCall * assumed.log_kb_a_tenant)) / 1e6;
  const logsOfRuns = (MONTH_HOURS * 60 * 2 * assumed.log_kb_a_run) / assumed.every_minutes / 1e6;
  const logs = logsOfCalls + logsOfRuns;
  return [
    stageOf('stream', [
      item('records rounded up to 1 KB', rounded(STREAM_STEP), 'GB', kinesis.gb_in, 'records'),
      item('streams', streams * MONTH_HOURS, 'hours', kinesis.stream_hour, 'cells'),
      item('read by Firehose', gb, 'GB', kinesis.gb_out, 'lines'),
      item('kept for longer than a day', extended, 'GB-months', kinesis.gb_month_extended, 'lines'),
    ]),
    stageOf('delivery', [
      item(
        'records rounded up to 5 KB',
        rounded(FIREHOSE_STEP),
        'GB',
        firehose.gb_in + firehose.gb_converted,
        'records',
      ),
      item('partitioned by tenant', gb, 'GB', firehose.gb_partitioned, 'lines'),
      item('objects', objects, 'objects', firehose.thousand_objects / 1000, 'objects'),
    ]),
    stageOf('transform', [
      item(
        'processor time by line',
        lines * LINE_SECONDS + calls * CALL_SECONDS,
        'GB-seconds',
        lambda.gb_second,
        'lines',
      ),
      item('calls', calls, 'calls', lambda.million_requests / 1e6, 'lines'),
    ]),
    stageOf('lake', [
      item('lines kept, as Parquet', stored, 'GB-months', s3.gb_month, 'lines kept'),
      item('objects', objects, 'PUT', s3.thousand_puts / 1000, 'objects'),
    ]),
    stageOf('queries', [item('bytes read', scannedGb, 'GB', athena.tb_scanned / 1000, 'bytes read')]),
    ...jobStages(workload, prices, assumed),
    registryStage(workload, prices, assumed),
    stageOf('watching', [
      item(
        'metrics of tenants',
        counted * TENANT_METRICS,
        'metrics',
        cloudwatch.metric_month,
        counted < tenants ? 'nothing' : 'tenants',
      ),
      item('metrics of the transform', TRANSFORM_METRICS, 'metrics', cloudwatch.metric_month, 'nothing'),
      item('metrics of the ledger job', LEDGER_METRICS, 'metrics', cloudwatch.metric_month, 'nothing'),
      item('keys', of('keys'), 'keys', kms.key_month, 'cells'),
      item('alarms', of('alarms'), 'alarms', cloudwatch.alarm_month, 'cells'),
      item('alarms made of alarms', of('composite_alarms'), 'alarms', cloudwatch.composite_month, 'cells'),
      item('dashboards', of('dashboards'), 'dashboards', cloudwatch.dashboard_month, 'cells'),
      item(
        'logs of functions',
        logs,
        'GB',
        cloudwatch.log_gb + cloudwatch.log_gb_month * (assumed.logs_days / (MONTH_HOURS / 24)),
        'lines',
      ),
      // Each is told when it begins and when it is over, to a topic and from there to a mailbox.
      item(
        'incidents told',
        assumed.incidents * 2,
        'messages',
        sns.million_messages / 1e6 + sns.thousand_mails / 1000,
        'incidents',
      ),
    ]),
  ];
}

function item(what: string, count: number, unit: string, usdEach: number, grows_with: Driver) {
  return { what, count, unit, usd: count * usdEach, grows_with };
}

/** All stages together. */
export const totalOf = (stages: readonly StageCost[]): number => stages.reduce((sum, { usd }) => sum + usd, 0);

/** How many times as much queries read, and the lake keeps, of lines as JSON (gzip) instead of Parquet. */
const JSON_TIMES_READ = 10;
const JSON_TIMES_KEPT = 1.5;

/** The same workload with each line a record, and with lines kept as JSON: what packing and Parquet are worth. */
export function alternativesOf(workload: Workload, cells: CellPlan, prices: AwsPrices, assumed: Assumptions) {
  const unpacked = costsOf({ ...workload, aggregated: false }, cells, prices, assumed);
  const unconverted = { ...prices, firehose: { ...prices.firehose, gb_converted: 0 } };
  const asJson = costsOf(
    { ...workload, scannedGb: workload.scannedGb * JSON_TIMES_READ },
    cells,
    unconverted,
    assumed,
  ).map((stage) => (stage.stage === 'lake' ? { ...stage, usd: stage.usd * JSON_TIMES_KEPT } : stage));
  return [
    { what: 'each line a record of its own', usd: totalOf(unpacked) },
    { what: 'lines kept as JSON, not Parquet', usd: totalOf(asJson) },
  ];
}
