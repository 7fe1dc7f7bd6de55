import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../model/index.js';
import { sqsEventQueue } from '../../../queries/lake/objectEvents/sqsEventQueue.js';

const sqs = mockClient(SQSClient);
const URL = 'https://sqs.eu-central-1.amazonaws.com/111122223333/tenantscope-object-events';
const queue = sqsEventQueue(new SQSClient({ region: 'eu-central-1' }), URL);
const receipts = Array.from({ length: 25 }, (_, at) => `r${at}`);

beforeEach(() => sqs.reset());

describe('a queue of SQS', () => {
  it('hands out ten messages a call, and asks all servers for them', async () => {
    sqs
      .on(ReceiveMessageCommand, { QueueUrl: URL, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 })
      .resolvesOnce({ Messages: [{ MessageId: 'm', ReceiptHandle: 'r', Body: 'b', Attributes: {} }] })
      .resolves({});
    expect(await queue.receive()).toEqual([{ id: 'm', receipt: 'r', body: 'b' }]);
    expect(await queue.receive()).toEqual([]);
  });

  it('removes and gives back ten messages a call, each under an id of its own', async () => {
    sqs.on(DeleteMessageBatchCommand).resolves({ Successful: [] });
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [] });
    await queue.remove(receipts);
    await queue.release(receipts);
    await queue.remove([]);
    const removed = sqs.commandCalls(DeleteMessageBatchCommand).map(({ args }) => args[0].input.Entries ?? []);
    expect(removed.map((entries) => entries.length)).toEqual([10, 10, 5]);
    expect(removed.flat().map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(receipts);
    for (const entries of removed) expect(new Set(entries.map(({ Id }) => Id)).size).toBe(entries.length);
    const released = sqs.commandCalls(ChangeMessageVisibilityBatchCommand).flatMap(({ args }) => args[0].input.Entries);
    expect(released).toHaveLength(25);
    for (const entry of released) expect(entry?.VisibilityTimeout).toBe(0);
  });

  it('counts what is handed out', async () => {
    const AttributeNames = ['ApproximateNumberOfMessagesNotVisible' as const];
    sqs.on(GetQueueAttributesCommand, { QueueUrl: URL, AttributeNames }).resolves({
      Attributes: { ApproximateNumberOfMessagesNotVisible: '7' },
    });
    expect(await queue.handedOut()).toBe(7);
  });

  it('says what SQS did not take', async () => {
    const Failed = [{ Id: '3', Code: 'ReceiptHandleIsInvalid', SenderFault: true }];
    sqs.on(DeleteMessageBatchCommand).resolvesOnce({ Failed }).resolves({});
    await expect(queue.remove(receipts)).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      details: { got: 'ReceiptHandleIsInvalid' },
    });
  });

  it.each([
    ['AccessDenied', 403, 'PERMISSION_DENIED'],
    ['QueueDoesNotExist', 400, 'READ_FAILED'],
  ])('says %s', async (name, httpStatusCode, code) => {
    const refused = new SQSServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: 'no' });
    sqs.on(ReceiveMessageCommand).rejects(refused);
    const failure = await queue.receive().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code, details: { where: URL } });
  });
});
