import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { HeldMessages } from '../../../queries/lake/objectEvents/HeldMessages.js';
import { sqsEventQueue } from '../../../queries/lake/objectEvents/sqsEventQueue.js';
import { eventOf } from './fakeEvents.js';

it('one empty answer of eight is not the end of a queue that has more: the rest was left to the next run', async () => {
  const sqs = mockClient(SQSClient);
  const paths = Array.from({ length: 205 }, (_, n) => `events/tenant_id=acme/dt=2026-11-27/${n}.parquet`);
  const waiting = [...paths.entries()];
  let calls = 0;
  sqs.on(ReceiveMessageCommand).callsFake(() => {
    calls += 1;
    // The first asks alone; of the eight that follow, the third and fourth get nothing.
    if (calls === 4 || calls === 5) return {};
    return {
      Messages: waiting
        .splice(0, 10)
        .map(([n, path]) => ({ MessageId: `m${n}`, ReceiptHandle: `r${n}`, Body: eventOf(`cell-1/${path}`) })),
    };
  });
  sqs.on(DeleteMessageBatchCommand).resolves({});
  const queue = sqsEventQueue(new SQSClient({ region: 'eu-central-1' }), 'https://sqs.invalid/queue');
  const held = new HeldMessages({ events: { bucket: 'lake', root: 'cell-1/' }, queue, clock: () => 0 });
  expect((await held.take(async () => new Set())).toSorted()).toEqual(paths.toSorted());
  expect(held.toTheEnd).toBe(true);
  // Every one of them waited, so that SQS asked all of its servers.
  for (const { args } of sqs.commandCalls(ReceiveMessageCommand)) expect(args[0].input.WaitTimeSeconds).toBe(1);
  expect(calls).toBeLessThanOrEqual(Math.ceil(205 / 10) + 12 + 2);
});
