import { chunksOf } from './chunks.js';
import { bytesOf, type Fields, fieldsOf, lastPart, listOf, type ServiceReader } from './ServiceReader.js';

/**
 * SQS: messages and bytes sent and received, and requests as SQS bills them: every 64 KiB of payload is one, an empty
 * answer too (https://aws.amazon.com/sqs/pricing/).
 */
export const sqsReader: ServiceReader = {
  service: 'SQS',
  read: (operation, input, output) => {
    const resource = lastPart(input.QueueUrl);
    if (output === undefined) return [{ resource, requests: 1 }];
    if (operation === 'SendMessage') return [sent(resource, [input])];
    if (operation === 'SendMessageBatch') {
      const taken = new Set(listOf(output.Successful).map(({ Id }) => Id));
      return [
        sent(
          resource,
          listOf(input.Entries).filter(({ Id }) => taken.has(Id)),
        ),
      ];
    }
    if (operation !== 'ReceiveMessage') return [{ resource, requests: 1 }];
    const messages = listOf(output.Messages);
    const bytes = messages.reduce((sum, message) => sum + sizeOf(message.Body, message.MessageAttributes), 0);
    return [{ resource, requests: chunksOf(bytes), messages_received: messages.length, bytes_out: bytes }];
  },
};

function sent(resource: string, messages: readonly Fields[]): { resource: string; [meter: string]: string | number } {
  const bytes = messages.reduce((sum, message) => sum + sizeOf(message.MessageBody, message.MessageAttributes), 0);
  return { resource, requests: chunksOf(bytes), messages_sent: messages.length, bytes_in: bytes };
}

/** Bytes of a message's body and attributes (name, type and value), as SQS counts its size. */
function sizeOf(body: unknown, attributes: unknown): number {
  return Object.entries(fieldsOf(attributes)).reduce((sum, [name, value]) => {
    const { DataType, StringValue, BinaryValue } = fieldsOf(value);
    return sum + Buffer.byteLength(name) + bytesOf(DataType) + bytesOf(StringValue) + bytesOf(BinaryValue);
  }, bytesOf(body));
}
