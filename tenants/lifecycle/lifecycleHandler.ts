import * as z from 'zod';
import { AppError } from '../../model/index.js';
import { followEvent, type LifecycleParts } from './followEvent.js';
import { readLifecycleEvent } from './LifecycleEvent.js';

/** A batch of a FIFO queue (AWS documentation, "Lambda with SQS"). */
const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** What a batch is answered with: messages that are to come again. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** What is written to the log of a message. */
export type LifecycleLog = (entry: Readonly<Record<string, unknown>>) => void;

/**
 * Follows the messages of a batch in their order. At the first that fails, it and those after it come again: the queue keeps their
 * order, and hands out no others of them meanwhile, so that two calls never publish at once.
 */
export function createLifecycleHandler(
  parts: LifecycleParts,
  log: LifecycleLog,
): (event: unknown) => Promise<BatchAnswer> {
  return async (event) => {
    const { Records: messages } = batchSchema.parse(event);
    for (const [place, { messageId, body }] of messages.entries()) {
      try {
        const happened = readLifecycleEvent(body, messageId);
        if (happened === undefined) continue;
        log({ message: 'followed', ...happened, ...(await followEvent(happened, parts)) });
      } catch (error) {
        log({ level: 'ERROR', message: 'not followed', messageId, ...said(error) });
        return { batchItemFailures: messages.slice(place).map((failed) => ({ itemIdentifier: failed.messageId })) };
      }
    }
    return { batchItemFailures: [] };
  };
}

function said(error: unknown): Readonly<Record<string, unknown>> {
  const detail = error instanceof Error ? error.message : String(error);
  return error instanceof AppError ? { code: error.code, detail } : { detail };
}
