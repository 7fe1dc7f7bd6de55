import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { snsMessage } from '../messages/snsMessage.js';
import { awsOutcome } from './awsOutcome.js';
import type { Channel } from './Channel.js';

/** An SNS topic. A FIFO topic drops a second copy within five minutes; others find `event_id` among the attributes. */
export function snsChannel(name: string, topicArn: string, client: SNSClient): Channel {
  return {
    name,
    async send(message) {
      try {
        const { MessageAttributes, ...rest } = snsMessage(message, topicArn);
        const answer = await client.send(new PublishCommand({ ...rest, MessageAttributes: { ...MessageAttributes } }));
        return { kind: 'sent', receipt: answer.MessageId ?? 'accepted' };
      } catch (error) {
        return awsOutcome('SNS', error);
      }
    },
  };
}
