import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobContext } from '../../../cli/jobs/jobContext.js';
import type { JobLedger } from '../../../cli/jobs/jobLedger.js';
import { notesOf, withObjectEvents } from '../../../cli/jobs/objectEvents.js';
import { LEDGER_METRICS } from '../../../planner/deployedParts.js';
import type { ToldSummary } from '../../../queries/index.js';
import { memoryStore } from '../../alerts/deliveries/memoryStore.js';
import { bookedSet } from '../../queries/bookedSet.js';
import { eventOf, FakeBucket } from '../../queries/objectEvents/fakeEvents.js';
import { fakeContext } from '../fakeContext.js';

const sqs = mockClient(SQSClient);
const PATH = 'events/tenant_id=acme/dt=2026-10-01/late.parquet';
const env = {
  TENANTSCOPE_OBJECT_EVENTS: 'https://sqs.eu-central-1.amazonaws.com/111122223333/tenantscope-object-events',
  AWS_LAMBDA_FUNCTION_NAME: 'tenantscope-ledger',
};
const printed: string[] = [];
const contextOf = (variables: Record<string, string>) => {
  const fake = fakeContext({ env: variables });
  return { ...fake, endsAt: 900_000 } satisfies JobContext;
};
const ledgerOf = (events: FakeBucket): JobLedger =>
  ({ events, store: memoryStore(), source: 'the listing', close: async () => undefined }) as never;

beforeEach(() => {
  sqs.reset();
  printed.length = 0;
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.spyOn(console, 'log').mockImplementation((text: unknown) => void printed.push(String(text)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a job that hears of objects', () => {
  it('learns of them by the queue, says so, and counts what was not told under the function’s name', async () => {
    const bucket = new FakeBucket();
    bucket.put('events/tenant_id=acme/dt=2026-10-01/untold.parquet', -3_600_000);
    const Body = eventOf(bucket.put(PATH, 0));
    sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessagesNotVisible: '0' } });
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: [{ MessageId: 'm', ReceiptHandle: 'r', Body }] })
      .resolves({});
    sqs.on(DeleteMessageBatchCommand).resolves({});
    const context = contextOf(env);
    const { result, told } = await withObjectEvents(ledgerOf(bucket), context, 800_000, async ({ source }) => {
      const taken = new Set<string>();
      for (;;) {
        const { objects } = await source.list(bookedSet(taken));
        if (taken.size === 0) expect(sqs.commandCalls(DeleteMessageBatchCommand)).toHaveLength(0);
        if (objects.length === 0) break;
        for (const { path } of objects) taken.add(path);
      }
      await source.booked();
      return taken.size;
    });
    expect(result).toBe(2);
    expect(told).toMatchObject({ messages: 1, removed: 1, toTheEnd: true, listed: 'everything', untold: 1 });
    expect(sqs.commandCalls(DeleteMessageBatchCommand)).toHaveLength(1);
    expect(context.written().stderr).toBe(
      'events: 1 messages, 1 of them done\nlisted everything: 1 objects of which no event has told were found: events are lost\n',
    );
    const metrics = printed.map((text): unknown => JSON.parse(text));
    const [{ _aws: about }] = metrics as [{ _aws: { CloudWatchMetrics: [{ Metrics: unknown[] }] } }];
    // The plan reckons with as many.
    expect(about.CloudWatchMetrics[0].Metrics).toHaveLength(LEDGER_METRICS);
    expect(metrics).toEqual([
      expect.objectContaining({
        ...{ service: 'ledger', function: 'tenantscope-ledger' },
        ...{ ObjectEvents: 1, ObjectEventsUnreadable: 0, ObjectsUntold: 1 },
        _aws: expect.objectContaining({
          CloudWatchMetrics: [
            expect.objectContaining({ Namespace: 'tenantscope', Dimensions: [['service', 'function']] }),
          ],
        }),
      }),
    ]);
  });

  it('gives back what it holds when the work fails, and fails with it', async () => {
    const bucket = new FakeBucket();
    const Body = eventOf(bucket.put(PATH, 0));
    sqs.on(GetQueueAttributesCommand).resolves({ Attributes: {} });
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: [{ MessageId: 'm', ReceiptHandle: 'r', Body }] })
      .resolves({});
    const failing = withObjectEvents(ledgerOf(bucket), contextOf(env), 800_000, async ({ source }) => {
      await source.list(bookedSet());
      throw new Error('Athena is not there');
    });
    await expect(failing).rejects.toThrow('Athena is not there');
    const released = sqs
      .calls()
      .filter(({ args }) => args[0].constructor.name === 'ChangeMessageVisibilityBatchCommand');
    expect(released).toHaveLength(1);
    expect(sqs.commandCalls(DeleteMessageBatchCommand)).toHaveLength(0);
  });

  it('lists as the command does where no queue is named', async () => {
    const { result, told } = await withObjectEvents(ledgerOf(new FakeBucket()), contextOf({}), 0, async (ledger) => {
      return ledger.source;
    });
    expect([result, told]).toEqual(['the listing', undefined]);
    expect([sqs.calls(), printed]).toEqual([[], []]);
  });
});

describe('what the log of a run says', () => {
  const told: ToldSummary = {
    ...{ messages: 7, removed: 5, elsewhere: 0, gone: 0, unreadable: 0, unreadableTexts: [], toTheEnd: true },
  };
  it.each([
    [{}, ['events: 7 messages, 5 of them done']],
    [{ toTheEnd: false }, ['events: 7 messages, 5 of them done; there are more for the next run']],
    [{ gone: 2 }, [expect.any(String), 'warning: 2 objects that events told of are not there any more']],
    [{ elsewhere: 1 }, [expect.any(String), expect.stringMatching(/^warning: 1 events are of another bucket/)]],
    [
      { unreadable: 4, unreadableTexts: ['a', 'b', 'c'] },
      [expect.any(String), expect.stringMatching(/^warning: 4 messages .*: a \| b \| c$/)],
    ],
    [{ failure: 'refused' }, [expect.any(String), expect.stringMatching(/^warning: the queue .*: refused$/)]],
    [
      { listed: 'recent', untold: 0 } as const,
      [
        expect.any(String),
        'listed today and yesterday: events have told of all that is older than a quarter of an hour',
      ],
    ],
    [
      { listed: 'everything' } as const,
      [expect.any(String), 'listed everything: whether events were lost cannot be said this time'],
    ],
  ])('of %j', (more, lines) => {
    expect(notesOf({ ...told, ...more })).toEqual(lines);
  });
});
