import type { EventQueue } from './EventQueue.js';

/** A queue of SQS by its URL, and how to let go of it; its client is loaded only here. */
export async function loadEventQueue(url: string): Promise<EventQueue & { close(): void }> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const { sqsEventQueue } = await import('./sqsEventQueue.js');
  const client = new SQSClient({});
  return { ...sqsEventQueue(client, url), close: () => client.destroy() };
}
