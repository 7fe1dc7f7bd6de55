import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { eventBridgeEntry } from '../messages/eventBridgeEntry.js';
import { awsOutcome, isPassing } from './awsOutcome.js';
import type { Channel } from './Channel.js';

/** An event bus. A call that succeeds may hold an entry that failed, so the entry itself is looked at. */
export function eventBridgeChannel(
  name: string,
  of: { readonly bus: string; readonly source: string },
  client: EventBridgeClient,
): Channel {
  return {
    name,
    async send(message) {
      try {
        const entry = eventBridgeEntry(message, of.bus, of.source);
        const { Entries: [put] = [], FailedEntryCount = 0 } = await client.send(
          new PutEventsCommand({ Entries: [entry] }),
        );
        if (FailedEntryCount === 0 && put?.EventId !== undefined) return { kind: 'sent', receipt: put.EventId };
        const code = put?.ErrorCode ?? 'no event id in the answer';
        const reason = `EventBridge: ${code}${put?.ErrorMessage === undefined ? '' : `: ${put.ErrorMessage}`}`;
        if (put?.ErrorCode !== undefined && !isPassing(code)) return { kind: 'rejected', reason };
        return { kind: 'retry', reason, unknown: put?.ErrorCode === undefined };
      } catch (error) {
        return awsOutcome('EventBridge', error);
      }
    },
  };
}
