import { Duration } from 'aws-cdk-lib';
import { type IMetric, type IWidget, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { watchedGraph } from '../oncall/watchedGraph.js';

/** Namespace and dimension of what the transforms of all cells count (transforms/telemetry); they do not say of which cell. */
const NAMESPACE = 'tenantscope';
const SERVICE = { service: 'transform' };
const PERIOD = Duration.minutes(5);
const SHOWN = 10;

/** What the transforms count, all cells together: an answer that Firehose asks for twice counts twice. */
export function transformGraphs(runbooks: string): readonly IWidget[] {
  const count = (metricName: string, statistic = 'Sum', label = metricName): Metric =>
    new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: SERVICE, period: PERIOD, statistic, label });
  const graph = (title: string, metrics: readonly IMetric[]): IWidget => watchedGraph({ title, metrics, runbooks });
  return [
    graph('Lines', [count('LinesAccepted'), count('LinesQuarantined'), count('LinesReput')]),
    graph('Records quarantined, by reason', [most('RecordsQuarantined', 'reason')]),
    graph('Lines of the ten busiest tenants', [most('LinesAccepted', 'tenant_id')]),
    graph('Batches without an answer, registries not refreshed', [
      count('BatchesFailed'),
      count('RegistryRefreshFailed'),
    ]),
    graph('Duration of a batch (ms)', [count('BatchDuration', 'p50', 'p50'), count('BatchDuration', 'p99', 'p99')]),
    graph('Bytes in and out of the transforms', [count('BytesIn'), count('BytesOut')]),
  ];
}

/** The largest of a metric by one more dimension, whatever values it has. */
function most(metricName: string, dimension: string): MathExpression {
  const search = `SEARCH('{${NAMESPACE},${dimension},service} MetricName="${metricName}" service="${SERVICE.service}"', 'Sum', ${PERIOD.toSeconds()})`;
  return new MathExpression({
    expression: `SLICE(SORT(${search}, SUM, DESC), 0, ${SHOWN})`,
    usingMetrics: {},
    period: PERIOD,
    label: '',
  });
}
