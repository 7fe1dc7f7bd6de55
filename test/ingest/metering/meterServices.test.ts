import { Readable } from 'node:stream';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MeteredCall, meter } from '../../../ingest/metering/index.js';
import { type Emulator, startS3rver } from '../../emulators.js';
import { startCannedServer } from './cannedServer.js';

let lines: string[] = [];
const sink = (line: string): void => {
  lines.push(line);
};
const calls = (): MeteredCall[] => lines.map((line) => (JSON.parse(line) as { metering: MeteredCall }).metering);
const usages = (): unknown[] => calls().flatMap(({ usage }) => usage);
beforeEach(() => {
  lines = [];
});

describe('a metered S3 client against a server', () => {
  let emulator: Emulator<S3Client>;
  beforeAll(async () => {
    emulator = await startS3rver('media');
  });
  afterAll(() => emulator.stop());

  it('prints requests by class and object bytes both ways', async () => {
    const s3 = meter(emulator.client(), { tenant: 'acme', sink });
    const Body = 'é'.repeat(1000);
    await s3.send(new PutObjectCommand({ Bucket: 'media', Key: 'acme/a.txt', Body }));
    const got = await s3.send(new GetObjectCommand({ Bucket: 'media', Key: 'acme/a.txt' }));
    expect(await got.Body?.transformToString()).toBe(Body);
    const part = await s3.send(new GetObjectCommand({ Bucket: 'media', Key: 'acme/a.txt', Range: 'bytes=0-99' }));
    expect((await part.Body?.transformToByteArray())?.length).toBe(100);
    await s3.send(new HeadObjectCommand({ Bucket: 'media', Key: 'acme/a.txt' }));
    await s3.send(new ListObjectsV2Command({ Bucket: 'media' }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'media', Key: 'acme/a.txt' }));
    expect(usages()).toEqual([
      { resource: 'media', tier1_requests: 1, bytes_in: 2000 },
      { resource: 'media', tier2_requests: 1, bytes_out: 2000 },
      { resource: 'media', tier2_requests: 1, bytes_out: 100 },
      { resource: 'media', tier2_requests: 1 },
      { resource: 'media', tier1_requests: 1 },
      { resource: 'media', delete_requests: 1 },
    ]);
  });

  it('counts the bytes of a streamed upload, and leaves its body to the SDK', async () => {
    const s3 = meter(emulator.client(), { tenant: 'acme', sink });
    const Body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')]);
    await s3.send(new PutObjectCommand({ Bucket: 'media', Key: 'acme/stream', Body, ContentLength: 140_000 }));
    expect(usages()).toEqual([{ resource: 'media', tier1_requests: 1, bytes_in: 140_000 }]);
    const plain = emulator.client();
    const Again = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')]);
    await plain.send(new PutObjectCommand({ Bucket: 'media', Key: 'acme/plain', Body: Again, ContentLength: 140_000 }));
    const stored = async (Key: string): Promise<string | undefined> =>
      (await plain.send(new GetObjectCommand({ Bucket: 'media', Key }))).Body?.transformToString();
    expect(await stored('acme/stream')).toBe(await stored('acme/plain'));
  });

  it('prints a request that failed with its error, and hands the error through', async () => {
    const s3 = meter(emulator.client(), { tenant: 'acme', sink });
    const missing = s3.send(new GetObjectCommand({ Bucket: 'media', Key: 'nothing' }));
    await expect(missing).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(calls()[0]).toMatchObject({ error: 'NoSuchKey', usage: [{ resource: 'media', tier2_requests: 1 }] });
  });
});

describe('metered clients of services without an emulator', () => {
  it('SQS: messages, bytes, and requests of 64 KiB', async () => {
    const server = await startCannedServer((target) => {
      if (target.endsWith('ReceiveMessage'))
        return {
          status: 200,
          body: {
            Messages: [
              { MessageId: '1', Body: 'hello' },
              { MessageId: '2', Body: 'you' },
            ],
          },
        };
      if (target.endsWith('Batch'))
        return {
          status: 200,
          body: { Successful: [{ Id: 'a', MessageId: '1' }], Failed: [{ Id: 'b', SenderFault: false, Code: 'X' }] },
        };
      return { status: 200, body: { MessageId: '1' } };
    });
    const { endpoint, ...rest } = server.settings;
    const sqs = meter(new SQSClient({ endpoint, ...rest, md5: false }), { tenant: 'acme', sink });
    const QueueUrl = `${endpoint}/123456789012/jobs`;
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'x'.repeat(100_000),
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'import' } },
      }),
    );
    const Entries = [
      { Id: 'a', MessageBody: 'taken' },
      { Id: 'b', MessageBody: 'refused' },
    ];
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(usages()).toEqual([
      { resource: 'jobs', requests: 2, messages_sent: 1, bytes_in: 100_016 },
      { resource: 'jobs', requests: 1, messages_sent: 1, bytes_in: 5 },
      { resource: 'jobs', requests: 1, messages_received: 2, bytes_out: 8 },
    ]);
    await server.stop();
  });

  it('SNS: messages published', async () => {
    const xml = (name: string, inner: string): string =>
      `<${name}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${name}Result>${inner}</${name}Result></${name}Response>`;
    const server = await startCannedServer(() => ({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body:
        server.requests.length === 1
          ? xml('Publish', '<MessageId>1</MessageId>')
          : xml(
              'PublishBatch',
              '<Failed/><Successful><member><Id>a</Id><MessageId>1</MessageId></member></Successful>',
            ),
    }));
    const sns = meter(new SNSClient(server.settings), { tenant: 'acme', sink });
    const TopicArn = 'arn:aws:sns:eu-west-1:123456789012:orders';
    await sns.send(new PublishCommand({ TopicArn, Message: 'x'.repeat(65_537) }));
    const PublishBatchRequestEntries = [{ Id: 'a', Message: 'one' }];
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    expect(usages()).toEqual([
      { resource: 'orders', requests: 2, messages_sent: 1, bytes_in: 65_537 },
      { resource: 'orders', requests: 1, messages_sent: 1, bytes_in: 3 },
    ]);
    await server.stop();
  });

  it("SES: recipients, under the sender's domain", async () => {
    const server = await startCannedServer(() => ({ status: 200, body: { MessageId: '1' } }));
    const ses = meter(new SESv2Client(server.settings), { tenant: 'acme', sink });
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: 'Shop <no-reply@mail.example.com>',
        Destination: { ToAddresses: ['a@x.io', 'b@x.io'], BccAddresses: ['c@x.io'] },
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
      }),
    );
    expect(usages()).toEqual([{ resource: 'mail.example.com', requests: 1, recipients: 3 }]);
    expect(lines[0]).not.toContain('no-reply');
    await server.stop();
  });

  it('Lambda: payload bytes per function', async () => {
    const server = await startCannedServer(() => ({ status: 200, body: { ok: true } }));
    const lambda = meter(new LambdaClient(server.settings), { tenant: 'acme', sink });
    const FunctionName = 'arn:aws:lambda:eu-west-1:123456789012:function:resize:live';
    await lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from('{"a":1}') }));
    expect(usages()).toEqual([{ resource: 'resize', requests: 1, bytes_in: 7, bytes_out: 11 }]);
    await server.stop();
  });
});
