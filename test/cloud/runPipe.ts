import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** What the template says of a pipe from a DynamoDB stream to a FIFO queue. */
export interface PipeProperties {
  readonly SourceParameters: { readonly FilterCriteria: { readonly Filters: readonly { readonly Pattern: string }[] } };
  readonly TargetParameters: {
    readonly SqsQueueParameters: { readonly MessageGroupId: string; readonly MessageDeduplicationId: string };
  };
}

interface StreamRecord {
  readonly eventID: string;
  readonly [key: string]: unknown;
}

/**
 * Does once what the deployed pipe does all the time, by the properties it was deployed with: reads the table's stream from its beginning,
 * filters, sends to the queue. MiniStack takes a pipe of this kind and holds its records, since it delivers to SNS and Step Functions only.
 *
 * @param time tells one reading from another, since a FIFO queue would take the second for the first: AWS forgets after five minutes
 */
export async function runPipe(
  sqs: SQSClient,
  of: {
    readonly endpoint: string;
    readonly stream: string;
    readonly queue: string;
    readonly pipe: PipeProperties;
    readonly time: string;
  },
): Promise<number> {
  const patterns = of.pipe.SourceParameters.FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown);
  const { MessageGroupId, MessageDeduplicationId } = of.pipe.TargetParameters.SqsQueueParameters;
  if (MessageDeduplicationId !== '$.eventID')
    throw new Error(`a path the test does not know: ${MessageDeduplicationId}`);
  let sent = 0;
  for (const record of await recordsOf(of.endpoint, of.stream)) {
    if (!patterns.some((pattern) => matches(pattern, record))) continue;
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: of.queue,
        MessageBody: JSON.stringify(record),
        MessageGroupId,
        MessageDeduplicationId: `${record.eventID}-${of.time}`,
      }),
    );
    sent += 1;
  }
  return sent;
}

/** EventBridge's patterns, as far as the app uses them: values, and what begins so. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some((one: unknown) =>
      typeof one === 'string' ? one === value : String(value).startsWith((one as { prefix: string }).prefix),
    );
  }
  const inside = Object(value) as Record<string, unknown>;
  return Object.entries(pattern as object).every(([key, inner]) => matches(inner, inside[key]));
}

async function recordsOf(endpoint: string, StreamArn: string): Promise<readonly StreamRecord[]> {
  const ask = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request',
      },
      body: JSON.stringify(input),
    });
    if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const { StreamDescription } = await ask('DescribeStream', { StreamArn });
  const records: StreamRecord[] = [];
  for (const { ShardId } of (StreamDescription as { Shards: { ShardId: string }[] }).Shards) {
    let { ShardIterator } = await ask('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    while (typeof ShardIterator === 'string') {
      const page = await ask('GetRecords', { ShardIterator });
      records.push(...(page.Records as StreamRecord[]));
      ShardIterator = (page.Records as unknown[]).length === 0 ? undefined : page.NextShardIterator;
    }
  }
  return records;
}
