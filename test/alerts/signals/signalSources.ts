import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type ListMetricsCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import type { ImportedMetricValue } from '../../../queries/index.js';

/** What a series of CloudWatch says in the five minutes that begin then; undefined when it says nothing. */
export type SeriesValue = (at: number) => number | undefined;

/** A CloudWatch with these series of tables, by `TableName/metric` or `TableName/index/metric`. */
export function cloudWatchOf(series: Readonly<Record<string, SeriesValue>>): CloudWatchClient {
  const client = new CloudWatchClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const mock = mockClient(client);
  const known = Object.entries(series).map(([name, value]) => {
    const parts = name.split('/');
    return { table: parts[0], index: parts.length === 3 ? parts[1] : undefined, metric: parts.at(-1), value };
  });
  mock.on(ListMetricsCommand).callsFake(({ Namespace, MetricName }: ListMetricsCommandInput) => ({
    Metrics: known
      .filter(({ metric }) => Namespace === 'AWS/DynamoDB' && metric === MetricName)
      .map(({ table, index }) => ({
        Dimensions: [
          { Name: 'TableName', Value: table },
          ...(index === undefined ? [] : [{ Name: 'GlobalSecondaryIndexName', Value: index }]),
        ],
      })),
  }));
  mock
    .on(GetMetricDataCommand)
    .callsFake(({ StartTime, EndTime, MetricDataQueries = [] }: GetMetricDataCommandInput) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
        const { MetricName, Dimensions = [] } = MetricStat?.Metric ?? {};
        const dimension = (name: string) => Dimensions.find(({ Name }) => Name === name)?.Value;
        const found = known.find(
          ({ table, index, metric }) =>
            metric === MetricName &&
            table === dimension('TableName') &&
            index === dimension('GlobalSecondaryIndexName'),
        );
        const times: number[] = [];
        for (let at = StartTime?.getTime() ?? 0; at < (EndTime?.getTime() ?? 0); at += 300_000)
          if (found?.value(at) !== undefined) times.push(at);
        return {
          Id,
          StatusCode: 'Complete',
          Timestamps: times.map((at) => new Date(at)),
          Values: times.map((at) => found?.value(at) ?? 0),
        };
      }),
    }));
  return client;
}

/** A value of a metric of DynamoDB as the lake gives it. */
export function metricValue(
  metric: string,
  sum: number,
  of: Partial<ImportedMetricValue> & { readonly start: number },
): ImportedMetricValue {
  return { namespace: 'AWS/DynamoDB', metric, resource: 'plays', index: '', sum, values: 12, ...of };
}
