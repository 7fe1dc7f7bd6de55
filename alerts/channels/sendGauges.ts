import type { AlertSettings } from '../../model/index.js';
import { type Gauges, gaugeMetrics } from '../messages/metricData.js';
import { awsClient } from './openChannels.js';

/**
 * Puts how services and tenants stand after a run to every channel of type `cloudwatch`. Gauges are not told twice: a run
 * whose gauges are lost is followed by one with newer ones. Returns what went wrong, by channel; never throws.
 */
export async function sendGauges(
  gauges: Gauges,
  alerts: AlertSettings,
): Promise<readonly { readonly channel: string; readonly reason: string }[]> {
  const problems: { readonly channel: string; readonly reason: string }[] = [];
  for (const [channel, settings] of Object.entries(alerts.channels)) {
    if (settings.type !== 'cloudwatch') continue;
    const [{ CloudWatchClient }, { putMetrics }] = await Promise.all([
      import('@aws-sdk/client-cloudwatch'),
      import('./cloudWatchChannel.js'),
    ]);
    const client = new CloudWatchClient(awsClient(alerts.timeout_seconds * 1000, settings.region));
    const outcome = await putMetrics(gaugeMetrics(gauges, alerts.environment, settings), settings.namespace, client);
    if (outcome.kind !== 'sent') problems.push({ channel, reason: outcome.reason });
  }
  return problems;
}
