import { type PagerdutyEvent, pagerdutyEvent } from '../messages/pagerdutyEvent.js';
import type { Channel } from './Channel.js';
import { httpPost, isAnswer, outcomeOf } from './httpPost.js';

/** What every channel over HTTP is made with. */
export interface HttpParts {
  readonly timeoutMs: number;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
}

/** PagerDuty's Events API v2. A second copy of a message merges into the alert of its dedup key. */
export function pagerdutyChannel(
  name: string,
  of: { readonly url: string; readonly routingKey: string },
  parts: HttpParts,
): Channel {
  return {
    name,
    async send(message) {
      const event: PagerdutyEvent = pagerdutyEvent(message, of.routingKey);
      const answer = await httpPost(
        { url: of.url, body: JSON.stringify(event), timeoutMs: parts.timeoutMs },
        parts.clock,
      );
      return isAnswer(answer) ? outcomeOf(answer, event.dedup_key) : answer;
    },
  };
}
