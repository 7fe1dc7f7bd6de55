import { type AlertSettings, type HeartbeatSettings, isoInstant, messageOf } from '../../model/index.js';
import { datum } from '../messages/metricData.js';
import type { SendOutcome } from './Channel.js';
import { httpPost, isAnswer, outcomeOf } from './httpPost.js';
import { awsClient, redacted } from './openChannels.js';
import { readSecret, type SecretSources } from './readSecret.js';

const TRIES = 3;
const WAIT_MS = 2000;

/** What heartbeats touch of the outside. */
export interface HeartbeatParts {
  readonly clock: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly secrets: SecretSources;
}

/** A heartbeat that did not get through. */
export interface HeartbeatProblem {
  /** Which one: its place in `alerts.heartbeats`, from 0. */
  readonly index: number;
  readonly reason: string;
}

/**
 * Says on every path of `alerts.heartbeats` that a run went through: the dead-man signal. Whoever listens there alerts when
 * it does not come, so it is sent by a run that did all its work, and never by one that failed. Never throws: a run that
 * worked is not undone since its heartbeat was not heard; the listener will say so.
 */
export async function sendHeartbeats(
  alerts: AlertSettings,
  parts: HeartbeatParts,
): Promise<readonly HeartbeatProblem[]> {
  const problems = await Promise.all(
    alerts.heartbeats.map(async (settings, index): Promise<HeartbeatProblem | undefined> => {
      let outcome = await beat(settings, alerts, parts);
      for (let tries = 1; outcome.kind === 'retry' && tries < TRIES; tries += 1) {
        await parts.sleep(Math.round(parts.random() * WAIT_MS * tries));
        outcome = await beat(settings, alerts, parts);
      }
      return outcome.kind === 'sent' ? undefined : { index, reason: outcome.reason };
    }),
  );
  return problems.filter((one) => one !== undefined);
}

async function beat(settings: HeartbeatSettings, alerts: AlertSettings, parts: HeartbeatParts): Promise<SendOutcome> {
  const at = parts.clock();
  const secrets: string[] = [];
  try {
    if (settings.url !== undefined) {
      const url = await readSecret(settings.url, parts.secrets);
      secrets.push(url);
      const body = JSON.stringify({ source: 'tenantscope', environment: alerts.environment, at: isoInstant(at) });
      const answer = await httpPost({ url, body, timeoutMs: alerts.timeout_seconds * 1000 }, parts.clock);
      const outcome = isAnswer(answer) ? outcomeOf(answer, 'heard') : answer;
      return outcome.kind === 'sent' ? outcome : { ...outcome, reason: redacted(outcome.reason, secrets) };
    }
    const [{ CloudWatchClient }, { putMetrics }] = await Promise.all([
      import('@aws-sdk/client-cloudwatch'),
      import('./cloudWatchChannel.js'),
    ]);
    const runs = datum('DetectionRuns', 1, 'Count', at, { Environment: alerts.environment });
    const client = new CloudWatchClient(awsClient(alerts.timeout_seconds * 1000, settings.region));
    return await putMetrics([runs], settings.cloudwatch ?? '', client);
  } catch (error) {
    return { kind: 'rejected', reason: redacted(messageOf(error), secrets) };
  }
}
