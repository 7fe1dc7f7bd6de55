/** A metric that is imported: for each set of dimensions with exactly these names. */
export interface ImportedMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly stat: 'Sum' | 'Average' | 'Maximum';
  readonly dimensions: readonly string[];
  /** Seconds; five minutes are kept for 63 days, one day's values of S3 as long. */
  readonly period: number;
}

const FIVE_MINUTES = 300;
const DAY = 86_400;

const TABLE = ['TableName'] as const;
const TABLE_INDEX = ['TableName', 'GlobalSecondaryIndexName'] as const;
const TABLE_OPERATION = ['TableName', 'Operation'] as const;
/** What a table or an index may use in a second: provisioned, or the most that was set for one on demand. */
const LIMITS = [
  'ProvisionedReadCapacityUnits',
  'ProvisionedWriteCapacityUnits',
  'OnDemandMaxReadRequestUnits',
  'OnDemandMaxWriteRequestUnits',
] as const;

function metrics(
  namespace: string,
  stat: ImportedMetric['stat'],
  dimensions: readonly string[],
  names: readonly string[],
  period = FIVE_MINUTES,
): readonly ImportedMetric[] {
  return names.map((metric) => ({ namespace, metric, stat, dimensions, period }));
}

/**
 * What is imported (AWS documentation of each service's metrics): DynamoDB's consumed units, limits and throttles per table and
 * index, Lambda's and ALB's load, S3's bytes stored. DynamoDB publishes no size of a table to CloudWatch.
 */
export const IMPORTED_METRICS: readonly ImportedMetric[] = [
  ...metrics('AWS/DynamoDB', 'Sum', TABLE, ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits']),
  ...metrics('AWS/DynamoDB', 'Sum', TABLE_INDEX, ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits']),
  ...metrics('AWS/DynamoDB', 'Average', TABLE, LIMITS),
  ...metrics('AWS/DynamoDB', 'Average', TABLE_INDEX, LIMITS),
  ...metrics('AWS/DynamoDB', 'Sum', TABLE, ['ReadThrottleEvents', 'WriteThrottleEvents']),
  ...metrics('AWS/DynamoDB', 'Sum', TABLE_INDEX, ['ReadThrottleEvents', 'WriteThrottleEvents']),
  ...metrics('AWS/DynamoDB', 'Sum', TABLE_OPERATION, ['ThrottledRequests']),
  ...metrics('AWS/Lambda', 'Sum', ['FunctionName'], ['Invocations', 'Errors', 'Throttles', 'Duration']),
  ...metrics('AWS/Lambda', 'Maximum', ['FunctionName'], ['ConcurrentExecutions']),
  ...metrics('AWS/ApplicationELB', 'Sum', ['LoadBalancer'], ['RequestCount', 'ProcessedBytes', 'ConsumedLCUs']),
  ...metrics('AWS/ApplicationELB', 'Sum', ['LoadBalancer'], ['HTTPCode_ELB_5XX_Count', 'RejectedConnectionCount']),
  ...metrics('AWS/S3', 'Average', ['BucketName', 'StorageType'], ['BucketSizeBytes'], DAY),
];
