import { alertmanagerAlerts } from '../messages/alertmanagerAlerts.js';
import type { Channel, SendOutcome } from './Channel.js';
import { httpPost, isAnswer, outcomeOf } from './httpPost.js';
import type { HttpParts } from './pagerdutyChannel.js';

/** An Alertmanager or a cluster of them. */
export interface AlertmanagerTarget {
  /** Base addresses, without `/api/v2`. */
  readonly urls: readonly string[];
  readonly authorization?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How often the job runs, milliseconds. */
  readonly everyMs: number;
}

/** Missed runs after which Alertmanager takes an alert for over. Grafana waits three or four evaluations as well. */
const MISSED = 4;

/**
 * Prometheus Alertmanager, API v2. Alerts are sent again in every run until they resolve. Every instance of a cluster gets
 * them, as they do not pass alerts on; one that has taken them is enough, the others get them with the next sending.
 */
export function alertmanagerChannel(name: string, target: AlertmanagerTarget, parts: HttpParts): Channel {
  const post = async (base: string, body: string): Promise<SendOutcome> => {
    const answer = await httpPost(
      {
        url: `${base.replace(/\/+$/, '')}/api/v2/alerts`,
        body,
        timeoutMs: parts.timeoutMs,
        ...(target.authorization === undefined ? {} : { headers: { authorization: target.authorization } }),
      },
      parts.clock,
    );
    return isAnswer(answer) ? outcomeOf(answer, 'accepted') : answer;
  };
  return {
    name,
    // A run that starts a little early must send as well.
    resendMs: target.everyMs * 0.9,
    async send(message) {
      const until = parts.clock() + MISSED * target.everyMs;
      const body = JSON.stringify(alertmanagerAlerts(message, until, target.labels));
      const outcomes = await Promise.all(target.urls.map((url) => post(url, body)));
      const accepted = outcomes.filter(({ kind }) => kind === 'sent').length;
      const [worst] = outcomes.filter(({ kind }) => kind !== 'sent').sort((a) => (a.kind === 'retry' ? -1 : 1));
      if (accepted === 0 && worst !== undefined) return worst;
      const missing = worst === undefined || worst.kind === 'sent' ? '' : `; another: ${worst.reason}`;
      return { kind: 'sent', receipt: `accepted by ${accepted} of ${outcomes.length}${missing}` };
    },
  };
}
