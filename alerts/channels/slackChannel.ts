import { slackPayload } from '../messages/slackPayload.js';
import type { Channel } from './Channel.js';
import { httpPost, isAnswer, outcomeOf } from './httpPost.js';
import type { HttpParts } from './pagerdutyChannel.js';

/** Slack takes about one message a second on a webhook. */
const PACE_MS = 1000;

/** An incoming webhook of Slack. It knows no ids: a message that is sent again says that it may be a second copy. */
export function slackChannel(name: string, url: string, parts: HttpParts): Channel {
  return {
    name,
    paceMs: PACE_MS,
    async send(message, { repeated }) {
      const body = JSON.stringify(slackPayload(message, repeated));
      const answer = await httpPost({ url, body, timeoutMs: parts.timeoutMs }, parts.clock);
      return isAnswer(answer) ? outcomeOf(answer, answer.text.slice(0, 80) || 'accepted') : answer;
    },
  };
}
