import { isPictured, type SlackPayload, slackPayload } from '../messages/slackPayload.js';
import type { Channel, SendOutcome } from './Channel.js';
import { httpPost, isAnswer, outcomeOf } from './httpPost.js';
import type { HttpParts } from './pagerdutyChannel.js';

/** Slack takes about one message a second on a webhook. */
const PACE_MS = 1000;

/** An incoming webhook of Slack. It knows no ids: a message that is sent again says that it may be a second copy. */
export function slackChannel(name: string, url: string, parts: HttpParts): Channel {
  const post = async (payload: SlackPayload): Promise<SendOutcome> => {
    const body = JSON.stringify(payload);
    const answer = await httpPost({ url, body, timeoutMs: parts.timeoutMs }, parts.clock);
    return isAnswer(answer) ? outcomeOf(answer, answer.text.slice(0, 80) || 'accepted') : answer;
  };
  return {
    name,
    paceMs: PACE_MS,
    async send(message, { repeated }) {
      const payload = slackPayload(message, repeated);
      const outcome = await post(payload);
      // Slack refuses a whole message whose picture it cannot fetch. A page must not be lost with its picture.
      if (outcome.kind !== 'rejected' || !isPictured(payload)) return outcome;
      return post(slackPayload(message, repeated, false));
    },
  };
}
