import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../../model/index.js';
import { webhookBody } from '../messages/webhookBody.js';
import type { Channel } from './Channel.js';
import { httpPost, isAnswer, outcomeOf } from './httpPost.js';
import { isPrivateAddress } from './isPrivateAddress.js';
import type { HttpParts } from './pagerdutyChannel.js';
import { keyBytes, standardSignature } from './standardSignature.js';

/** A receiver of Standard Webhooks. */
export interface WebhookTarget {
  readonly url: string;
  /** Keys of the signatures, the newest first. */
  readonly keys: readonly string[];
  readonly allowPrivate: boolean;
  /** Addresses of a host name; replaced in tests. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const addressesOf = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * A webhook signed by Standard Webhooks. `webhook-id` is the same whenever a message is sent again, and a receiver drops
 * what it has seen. Private addresses are refused unless they are allowed: a name that is changed to one must not make this
 * job speak to what only it can reach.
 */
export function webhookChannel(name: string, target: WebhookTarget, parts: HttpParts): Channel {
  for (const key of target.keys) keyBytes(key);
  const resolve = target.resolve ?? addressesOf;
  const host = new URL(target.url).hostname.replace(/^\[|\]$/g, '');
  return {
    name,
    async send(message, { id }) {
      if (!target.allowPrivate) {
        let addresses: readonly string[];
        try {
          addresses = isIP(host) === 0 ? await resolve(host) : [host];
        } catch (error) {
          return { kind: 'retry', reason: `the host has no address: ${messageOf(error)}`, unknown: false };
        }
        if (addresses.some(isPrivateAddress))
          return { kind: 'rejected', reason: `${host} is a private address; allow_private: true allows it` };
      }
      const body = webhookBody(message, name);
      const seconds = Math.floor(parts.clock() / 1000);
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': standardSignature({ id, seconds, body }, target.keys),
      };
      const answer = await httpPost({ url: target.url, headers, body, timeoutMs: parts.timeoutMs }, parts.clock);
      if (!isAnswer(answer)) return answer;
      if (answer.status === 410)
        return { kind: 'rejected', reason: 'HTTP 410: the receiver wants no more; take it out of alerts.channels' };
      return outcomeOf(answer, id);
    },
  };
}
