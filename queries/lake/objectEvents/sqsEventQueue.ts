import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { AppError, messageOf } from '../../../model/index.js';
import { statusOf } from '../../store/s3Failure.js';
import type { EventQueue } from './EventQueue.js';

/** SQS hands out, removes and gives back so many messages a call at most. */
const MOST_IN_CALL = 10;
/**
 * With a wait (long polling) SQS asks all of its servers: an empty answer without one says little, since only some were asked
 * (SQS Developer Guide, "short and long polling"). Seconds.
 */
const WAIT_SECONDS = 1;
const CALLS_AT_ONCE = 8;

/** A standard queue of SQS. */
export function sqsEventQueue(client: SQSClient, url: string): EventQueue {
  const calling = async <T>(code: 'READ_FAILED' | 'WRITE_FAILED', call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw sqsFailure(error, code, url);
    }
  };
  const inBatches = (
    receipts: readonly string[],
    send: (
      entries: { Id: string; ReceiptHandle: string }[],
    ) => Promise<{ Failed?: { Code?: string | undefined }[] | undefined }>,
  ): Promise<void> =>
    calling('WRITE_FAILED', async () => {
      const limit = pLimit(CALLS_AT_ONCE);
      const batches = Array.from({ length: Math.ceil(receipts.length / MOST_IN_CALL) }, (_, at) =>
        receipts.slice(at * MOST_IN_CALL, (at + 1) * MOST_IN_CALL),
      );
      const answers = await Promise.all(
        batches.map((batch) =>
          limit(() => send(batch.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })))),
        ),
      );
      const failed = answers.flatMap(({ Failed = [] }) => Failed);
      if (failed.length === 0) return;
      throw new AppError('WRITE_FAILED', `SQS did not take ${failed.length} of ${receipts.length} messages`, {
        where: url,
        got: failed[0]?.Code ?? 'no code',
      });
    });
  return {
    name: url,
    receive: () =>
      calling('READ_FAILED', async () => {
        const input = { QueueUrl: url, MaxNumberOfMessages: MOST_IN_CALL, WaitTimeSeconds: WAIT_SECONDS };
        const { Messages = [] } = await client.send(new ReceiveMessageCommand(input));
        return Messages.map(({ MessageId: id = '', ReceiptHandle: receipt = '', Body: body = '' }) => ({
          ...{ id, receipt, body },
        }));
      }),
    remove: (receipts) =>
      inBatches(receipts, (Entries) => client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))),
    release: (receipts) =>
      inBatches(receipts, (entries) => {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        return client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
      }),
    handedOut: () =>
      calling('READ_FAILED', async () => {
        const name = 'ApproximateNumberOfMessagesNotVisible';
        const { Attributes = {} } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }),
        );
        return Number(Attributes[name] ?? 0);
      }),
  };
}

function sqsFailure(error: unknown, code: 'READ_FAILED' | 'WRITE_FAILED', where: string): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : '';
  const details = { where, got: `${name}: ${messageOf(error).slice(0, 200)}`, cause: error };
  if (statusOf(error) === 403 || /AccessDenied/.test(name)) {
    return new AppError('PERMISSION_DENIED', 'SQS refused the call', {
      ...details,
      hint: 'the role needs sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ChangeMessageVisibility and sqs:GetQueueAttributes on the queue',
    });
  }
  return new AppError(code, `the queue could not be ${code === 'READ_FAILED' ? 'read' : 'changed'}`, details);
}
