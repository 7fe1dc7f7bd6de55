import { chunksOf } from './chunks.js';
import { bytesOf, type Fields, lastPart, listOf, type ServiceReader } from './ServiceReader.js';

/**
 * SNS: messages published, their bytes, and requests as SNS bills them: every 64 KiB of a message is one
 * (https://aws.amazon.com/sns/pricing/). Deliveries are the subscribers' and not seen here.
 */
export const snsReader: ServiceReader = {
  service: 'SNS',
  read: (operation, input, output) => {
    const resource = lastPart(input.TopicArn ?? input.TargetArn);
    if (output === undefined || !operation.startsWith('Publish')) return [{ resource, requests: 1 }];
    const taken = new Set(listOf(output.Successful).map(({ Id }) => Id));
    const messages: readonly Fields[] =
      operation === 'PublishBatch'
        ? listOf(input.PublishBatchRequestEntries).filter(({ Id }) => taken.has(Id))
        : [input];
    const sizes = messages.map(({ Message }) => bytesOf(Message));
    return [
      {
        resource,
        requests: Math.max(
          1,
          sizes.reduce((sum, size) => sum + chunksOf(size), 0),
        ),
        messages_sent: sizes.length,
        bytes_in: sizes.reduce((sum, size) => sum + size, 0),
      },
    ];
  },
};
