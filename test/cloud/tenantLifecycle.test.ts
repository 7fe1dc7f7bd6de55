import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectVersionsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { verifySidecar } from '../../fluentbit/index.js';
import { jsonOf } from '../e2e/jsonOf.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { eventOf, line } from '../transforms/runTransform.js';
import { environmentOf } from './athenaOnMiniStack.js';
import { deployApp } from './deployApp.js';
import { type PipeProperties, runPipe } from './runPipe.js';

const miniStack = inject('miniStack');
const REGISTRY = 'dynamodb://onboard-registry';

describe.skipIf('missing' in miniStack)('tenants’ lives, as deployed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenants-'));
  const clients: { destroy(): void }[] = [];
  const { endpoint } = 'missing' in miniStack ? { endpoint: '' } : miniStack;
  let [s3, sqs, ses, dynamo, lambda] = [] as unknown as [
    S3Client,
    SQSClient,
    SESv2Client,
    DynamoDBClient,
    LambdaClient,
  ];
  let [published, queue, stream] = ['', '', ''];
  let pipe: PipeProperties;
  let env: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    if ('missing' in miniStack) return;
    env = environmentOf(miniStack);
    Object.assign(process.env, env);
    const outputs = await deployApp(miniStack, folder, {
      config: `registry: { from: '${REGISTRY}', refresh_seconds: 1 }\nidentity: { platform_stream: onboard-platform }\n`,
      deployment:
        'prefix: onboard\ncells: [{ id: default }, { id: b }]\ntenants: { table: true, mail_from: platform@mail.example.com, sidecar: { cluster: eu-1 } }\n',
    });
    [s3, sqs, ses, dynamo, lambda] = [
      new S3Client(),
      new SQSClient(),
      new SESv2Client(),
      new DynamoDBClient(),
      new LambdaClient(),
    ];
    clients.push(s3, sqs, ses, dynamo, lambda);
    published = (outputs['onboard-tenants']?.PublishedUrl ?? '').replace('s3://', '');
    queue = (await sqs.send(new GetQueueUrlCommand({ QueueName: 'onboard-tenant-events.fifo' }))).QueueUrl ?? '';
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: 'onboard-registry' }));
    stream = Table?.LatestStreamArn ?? '';
    const template = JSON.parse(readFileSync(join(folder, 'cdk.out/onboard-tenants.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string; Properties: unknown }>;
    };
    pipe = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Pipes::Pipe')
      ?.Properties as PipeProperties;
    for (const EmailIdentity of ['mail.example.com', 'ops@newco.example'])
      await ses.send(new CreateEmailIdentityCommand({ EmailIdentity }));
  }, 400_000);
  afterAll(() => {
    for (const client of clients) client.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const tenant = (...args: readonly string[]): Promise<string> =>
    tenantscopeOk(['tenant', ...args, '--registry', REGISTRY, '--json'], { env, cwd: folder });
  /** Lets the pipe pass on what the table's stream has, and waits until the function has followed all of it. */
  async function follow(time: string): Promise<number> {
    const sent = await runPipe(sqs, { endpoint, stream, queue, pipe, time });
    for (let round = 0; round < 240; round += 1) {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...AttributeNames] }),
      );
      if (AttributeNames.every((name) => Attributes?.[name] === '0')) return sent;
      await sleep(500);
    }
    throw new Error('the queue did not run empty');
  }
  const textOf = async (key: string): Promise<string> =>
    (await (await s3.send(new GetObjectCommand({ Bucket: published, Key: key }))).Body?.transformToString()) ?? '';
  async function manifestsOf(id: string): Promise<ReadonlyMap<string, string>> {
    const prefix = `manifests/${id}/tenant-${id}/`;
    const files = new Map<string, string>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: published, Prefix: prefix }))
      for (const { Key = '' } of Contents) files.set(Key.slice(prefix.length), await textOf(Key));
    return files;
  }
  /** Every version of every published object. */
  async function versions(): Promise<readonly string[]> {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: published }));
    return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => `${Key} ${VersionId}`).sort();
  }
  async function mails(): Promise<readonly { To: string[]; Subject: string }[]> {
    const { messages } = (await (await fetch(`${endpoint}/_ministack/ses/messages`)).json()) as {
      messages: Record<string, { To: string[]; Source: string; Subject: string }[]>;
    };
    return Object.values(messages)
      .flat()
      .filter(({ Source }) => Source === 'platform@mail.example.com');
  }

  it('are followed from the command line to snapshot, manifests and mail, and told twice with the same result', async () => {
    writeFileSync(
      join(folder, 'tenants.yaml'),
      'plans: [{ id: pro, ingest_limits: { lines_per_second: 1234 } }]\nshared_namespaces: [pool]\ntenants:\n  - { id: old, namespaces: [tenant-old], owner: ops@newco.example }\n',
    );
    expect(
      jsonOf(
        await tenantscopeOk(['tenant', 'import', 'tenants.yaml', '--registry', REGISTRY, '--json'], {
          env,
          cwd: folder,
        }),
      ),
    ).toMatchObject({
      tenants: ['old'],
      cells: ['default', 'b'],
    });
    expect(
      jsonOf(
        await tenant('add', 'newco', '--namespace', 'tenant-newco', '--plan', 'pro', '--owner', 'ops@newco.example'),
      ),
    ).toMatchObject({
      event: 'onboarded',
      cell: { id: 'b', tenants: 1, holds: 195 },
    });
    // Two tenants, a plan, a shared namespace, two cells; not the version, nor claims.
    expect(await follow('first')).toBe(6);
    const snapshot = JSON.parse(await textOf('registry/registry.json')) as { tenants: { id: string }[] };
    expect(snapshot).toMatchObject({
      tenants: [{ id: 'newco', cell: 'b' }, { id: 'old' }],
      plans: [{ id: 'pro' }],
      shared_namespaces: ['pool'],
    });
    const manifests = await manifestsOf('newco');
    expect(verifySidecar(manifests)).toEqual([]);
    expect(manifests.get('fluent-bit.yaml')).toContain('onboard-b');
    expect(manifests.get('stamp.lua')).toContain('1234');
    expect(await mails()).toMatchObject([{ To: ['ops@newco.example'], Subject: 'newco: registered as newco' }]);
    const before = await versions();
    expect(await follow('second')).toBe(6);
    expect(await versions()).toEqual(before);
    expect(await mails()).toHaveLength(1);
  }, 240_000);

  it('refuse a namespace that another tenant has, and give one to one of two that ask at once', async () => {
    await expect(tenant('add', 'thief', '--namespace', 'tenant-newco')).rejects.toThrow(/which newco has already/);
    const both = await Promise.allSettled([
      tenant('add', 'one', '--namespace', 'both'),
      tenant('add', 'two', '--namespace', 'both'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  }, 120_000);

  it('move a tenant by its manifests, and a line of it is accepted by the transforms of the old cell and of the new', async () => {
    await tenant('move', 'newco', '--to', 'default');
    await follow('third');
    expect((await manifestsOf('newco')).get('fluent-bit.yaml')).toContain('onboard-default');
    for (const cell of ['b', 'default']) {
      const event = eventOf([{ bytes: Buffer.from(line({ tenant_id: 'newco', namespace: 'tenant-newco' })) }], cell);
      // Asked as Firehose asks: MiniStack's Firehose answers nobody while it waits for a function, so one that reads its registry
      // from the same server would wait for ever.
      const { Payload } = await lambda.send(
        new InvokeCommand({
          FunctionName: `onboard-${cell}-transform`,
          Qualifier: 'live',
          Payload: JSON.stringify(event),
        }),
      );
      expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toMatchObject({
        records: [
          { recordId: 'r0', result: 'Ok', metadata: { partitionKeys: { tenant_id: 'newco', dt: '2026-11-23' } } },
        ],
      });
    }
  }, 120_000);
});
