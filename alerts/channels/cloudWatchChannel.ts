import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { type MetricDatum, messageMetric, metricCalls } from '../messages/metricData.js';
import { awsOutcome } from './awsOutcome.js';
import type { Channel, SendOutcome } from './Channel.js';

/** Counts messages as CloudWatch metrics, by service, severity and event. A message that is sent again counts again. */
export function cloudWatchChannel(name: string, namespace: string, client: CloudWatchClient): Channel {
  return { name, send: (message) => putMetrics([messageMetric(message)], namespace, client) };
}

/** Puts metrics in as many calls as it takes. What was put before a call failed stays. */
export async function putMetrics(
  data: readonly MetricDatum[],
  namespace: string,
  client: CloudWatchClient,
): Promise<SendOutcome> {
  const calls = metricCalls(data);
  try {
    for (const call of calls) await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: call }));
    return { kind: 'sent', receipt: `${data.length} values in ${calls.length} calls` };
  } catch (error) {
    return awsOutcome('CloudWatch', error);
  }
}
