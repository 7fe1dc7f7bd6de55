import type { Micros } from '../../model/index.js';
import { isObject, jsonObject } from '../jsonObject.js';
import { PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { dividedMicros, quantityOf } from './quantities.js';
import type { NamedResource, SourceReader, SourceUsage } from './SourceLine.js';

const GIB = 1024n ** 3n;

/**
 * One value of a CloudWatch metric, as the importer writes it: `{namespace, metric, stat, dimensions, time, period, value}`.
 * Consumed units of a table, and the bytes of a bucket, are usage when the resource belongs to one tenant; every value is
 * an event `cloudwatch.metric` besides: a service's measured total, and a signal for detection.
 */
export const readCloudWatchMetricLine: SourceReader = (text) => {
  const point = jsonObject(text);
  const { namespace, metric, stat, time, period, value } = point ?? {};
  const at = typeof time === 'string' ? parseIsoTime(time) : undefined;
  if (typeof namespace !== 'string' || typeof metric !== 'string' || at === undefined || typeof value !== 'string')
    return undefined;
  const dimensions = isObject(point?.dimensions) ? point.dimensions : {};
  const seconds = typeof period === 'number' && Number.isSafeInteger(period) ? BigInt(period) : 0n;
  const metered = usageOf(`${namespace}/${metric}`, dimensions, value, seconds);
  return {
    parsed: {
      ...PLAIN,
      format: 'cloudwatch_metric',
      body: `${namespace} ${metric} ${String(stat)} ${value}`,
      time: at,
      timeText: String(time),
      eventName: 'cloudwatch.metric',
      rest: {
        'cloudwatch.namespace': namespace,
        'cloudwatch.metric': metric,
        'cloudwatch.stat': String(stat),
        'cloudwatch.period': String(seconds),
        'cloudwatch.value': value,
        'cloudwatch.dimensions': dimensions,
      },
    },
    resources: metered?.resources ?? [],
    usage: metered?.usage ?? [],
    problems: [],
    // A bucket's size has no other source, so it counts whatever the choice is.
    ...(namespace === 'AWS/DynamoDB' ? { counts: { DynamoDB: 'cloudwatch' } as const } : {}),
  };
};

function usageOf(
  metric: string,
  dimensions: Readonly<Record<string, unknown>>,
  value: string,
  seconds: bigint,
): { readonly resources: readonly NamedResource[]; readonly usage: readonly SourceUsage[] } | undefined {
  const { TableName, GlobalSecondaryIndexName: index, BucketName } = dimensions;
  const units = /^AWS\/DynamoDB\/Consumed(Read|Write)CapacityUnits$/.exec(metric)?.[1];
  const quantity = quantityOf(value);
  if (quantity === undefined) return undefined;
  if (units !== undefined && typeof TableName === 'string') {
    const resource = typeof index === 'string' ? `${TableName}/index/${index}` : TableName;
    const meter = units === 'Read' ? 'read_units' : 'write_units';
    return {
      resources: [{ kind: 'tables', name: TableName }],
      usage: [{ service: 'DynamoDB', resource, operation: '', meter, quantity }],
    };
  }
  if (metric === 'AWS/S3/BucketSizeBytes' && typeof BucketName === 'string') {
    const gibHours = dividedMicros((quantity / 1_000_000n) * seconds, GIB * 3600n) as Micros;
    return {
      resources: [{ kind: 'bucket_prefixes', name: BucketName }],
      usage: [{ service: 'S3', resource: BucketName, operation: '', meter: 'storage_gib_hours', quantity: gibHours }],
    };
  }
  return undefined;
}
