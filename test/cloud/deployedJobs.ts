import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, it } from 'vitest';
import { registryOf } from '../../model/index.js';
import { type Engine, openDuckDb } from '../../queries/index.js';
import { jsonOf } from '../e2e/jsonOf.js';
import { tenantscope, tenantscopeOk } from '../e2e/tenantscope.js';
import { deployedConfig, invokeJob, PREFIX, withDeployedLedger } from './deployedLedger.js';
import { GLUE_CATALOG, ICEBERG_CATALOG } from './glueCatalogs.js';

/** What the deployed jobs are compared with, and where they are. */
export interface DeployedJobs {
  /** Folder with tenantscope.yaml, and `embedded`, a lake of the same records. */
  readonly folder: string;
  readonly server: string;
  /** What a stack puts out. */
  readonly output: (stack: string, name: string) => string;
}

/** The month of the simulation's hours. */
const PERIOD = '2026-11';

/** The part of deployment.yaml that has the jobs ask this Trino, and run when a test says so. */
export function jobsOn(server: string): string {
  return `jobs:
  schedules: false
  trino: { url: '${server}/${GLUE_CATALOG}', ledger_catalog: ${ICEBERG_CATALOG}.${PREFIX} }
`;
}

/** What is looked at of a charge's lineage. */
interface Lineage {
  readonly quantities: unknown;
  readonly ledger: readonly unknown[];
  readonly bookings: readonly { readonly objects: readonly string[] }[];
}

/** What a command ended with, without the notes before it; how far the data goes is by when lines came, which is today there. */
const errorIn = (stderr: string): string =>
  stderr.slice(stderr.indexOf('tenantscope: ')).replace(/(?<=got data through )[^\s]+/, 'then');

/** The jobs of a deployed app, invoked as functions, one after the other as schedules would. */
export function itRunsItsJobs({ folder, server, output }: DeployedJobs): void {
  const clients: { destroy(): void }[] = [];
  const opened = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  afterAll(() => {
    for (const client of clients) client.destroy();
  });
  const due = new Date().toISOString();
  const invoke = (job: string, event: object = { scheduled_at: due }): Promise<unknown> => invokeJob(job, event);
  const embedded = ['--lake', join(folder, 'embedded'), '--config', join(folder, 'tenantscope.yaml')];
  it('the ledger job books what the embedded mode does, to the unit, once', async () => {
    const built = (await invoke('ledger')) as { bookings: number; events: number };
    expect(built).toMatchObject({ bookings: 1, duplicates: 0 });
    // What the schedule starts twice is done once, and what is booked is not booked again.
    expect(await invoke('ledger')).toEqual({ skipped: expect.stringContaining('has done what was due') });
    expect(await invoke('ledger', {})).toMatchObject({ bookings: 0, objects: 0 });
    const own = jsonOf(await tenantscopeOk(['ledger', 'build', ...embedded, '--json'])) as { events: number };
    expect(built.events).toBe(own.events);
    const config = deployedConfig(folder);
    const [listPrices, registry] = [config.list_prices, registryOf(config)];
    const local = await openDuckDb({ lake: join(folder, 'embedded'), memoryMb: 512, threads: 1, listPrices, registry });
    try {
      const wanted = await rowsOf(local);
      await withDeployedLedger({ server, folder, output }, async (deployed) => {
        expect(deployed.gaps).toEqual([]);
        expect(await rowsOf(deployed)).toEqual(wanted);
      });
      expect(wanted.length).toBeGreaterThan(10);
    } finally {
      await local.close();
    }
  }, 300_000);

  it('the detection job tells an incident of the embedded mode to whoever subscribed to the topic, once', async () => {
    const sqs = opened(new SQSClient());
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'told' }));
    await opened(new SNSClient()).send(
      new SubscribeCommand({
        TopicArn: output('on-call', 'TopicArn'),
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:${process.env.AWS_REGION}:000000000000:told`,
      }),
    );
    // What the ledger job passes on.
    const passedOn = { requestPayload: { scheduled_at: due }, responsePayload: {} };
    expect(await invoke('detection', passedOn)).toMatchObject({ told: 1, delivered: 1 });
    expect(await invoke('detection', passedOn)).toHaveProperty('skipped');
    expect(await invoke('detection', {})).toMatchObject({ told: 0 });
    const heard: string[] = [];
    for (let asked = 0; asked < 20 && heard.length === 0; asked += 1) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      heard.push(...Messages.map(({ Body = '' }) => Body));
    }
    const run = jsonOf(await tenantscopeOk(['alerts', 'run', ...embedded, '--no-ledger', '--json'])) as {
      plan: { notifications: { transition: { incident: { key: string } } }[] };
    };
    const keys = run.plan.notifications.map(({ transition }) => transition.incident.key);
    expect(keys).toHaveLength(1);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toContain(keys[0]);
    // The command line sees the incident where the function keeps it.
    const state = join(folder, 'on-call.yaml');
    writeFileSync(
      state,
      `${readFileSync(join(folder, 'tenantscope.yaml'), 'utf8')}\ndetection: { state: '${output('jobs', 'AlertsState')}' }\n`,
    );
    const env = awsEnvironment();
    expect(await tenantscopeOk(['incident', 'list', '--config', state, '--json'], { env })).toContain(keys[0]);
  }, 300_000);

  it('the billing job exports what the embedded mode does, to the last digit, once', async () => {
    const s3 = opened(new S3Client());
    const bucket = output('lake', 'ExportsUrl').replace('s3://', '');
    const [first] = (await invoke('billing', { period: PERIOD })) as { version: number; written: boolean }[];
    expect(first).toEqual({ period: PERIOD, version: 1, status: 'provisional', written: true });
    expect(await invoke('billing', { period: PERIOD })).toEqual([{ ...first, written: false }]);
    const [own, deployed] = [join(folder, 'exports'), join(folder, 'deployed-exports')];
    await tenantscopeOk(['bill', 'export', ...embedded, '--period', PERIOD, '--out', own]);
    await download(s3, bucket, deployed);
    const version = join('tenantscope', `BILLING_PERIOD=${PERIOD}`, 'version=0001');
    const files = readdirSync(join(own, version), { recursive: true, encoding: 'utf8' }).sort();
    expect(readdirSync(join(deployed, version), { recursive: true, encoding: 'utf8' }).sort()).toEqual(files);
    // What else there is says when the lines came, which is today there and the simulation's day here.
    for (const file of ['invoice_summary.csv', 'reconciliation.json', 'rate_cards.json', 'unbilled.csv']) {
      const text = (root: string): string => readFileSync(join(root, version, file), 'utf8');
      expect([file, text(deployed)]).toEqual([file, text(own)]);
    }
    const difference = await tenantscopeOk(['bill', 'diff', join(own, version), join(deployed, version), '--json']);
    expect(jsonOf(difference)).toMatchObject({ difference: '0', changes: [] });
    await tenantscopeOk(['bill', 'verify', join(deployed, version)]);
  }, 300_000);

  it('a month is exported and closed by hand on the same ledger, as the embedded mode does both', async () => {
    const bucket = output('lake', 'LakeUrl');
    const file = join(folder, 'by-hand.yaml');
    const config = readFileSync(join(folder, 'tenantscope.yaml'), 'utf8');
    writeFileSync(
      file,
      `${config}\nengine: { athena: { database: ${PREFIX} } }\nbilling: { provider: Example Inc. }\n`,
    );
    const engine = ['--trino-url', `${server}/${GLUE_CATALOG}`, '--ledger-catalog', `${ICEBERG_CATALOG}.${PREFIX}`];
    const deployed = ['--engine', 'trino', ...engine, '--lake', bucket, '--config', file];
    const [byHand, own] = [join(folder, 'by-hand'), join(folder, 'exports')];
    const env = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        name.startsWith('AWS_') && value !== undefined ? [[name, value]] : [],
      ),
    );
    await tenantscopeOk(['bill', 'export', ...deployed, '--period', PERIOD, '--out', byHand], { env });
    const version = join('tenantscope', `BILLING_PERIOD=${PERIOD}`, 'version=0001');
    const difference = await tenantscopeOk(['bill', 'diff', join(own, version), join(byHand, version), '--json']);
    expect(jsonOf(difference)).toMatchObject({ difference: '0', changes: [] });
    // A charge is followed to the ledger there as it is here, and on to objects of the bucket.
    const cost = gunzipSync(readFileSync(join(byHand, version, 'cost_and_usage-00001.csv.gz')));
    const charges: Record<string, string>[] = parse(cost, { columns: true });
    const { x_ChargeId: charge = '' } = charges.find(({ ChargeCategory }) => ChargeCategory === 'Usage') ?? {};
    const lineage = ['bill', 'lineage', charge, '--package', join(byHand, version), '--json'];
    const there: Lineage = jsonOf(await tenantscopeOk([...lineage, ...deployed], { env }));
    const here: Lineage = jsonOf(await tenantscopeOk([...lineage, ...embedded]));
    expect(there.quantities).toEqual(here.quantities);
    expect(there.ledger.length).toBeGreaterThan(0);
    expect(there.bookings.flatMap(({ objects }) => objects).every((path) => path.startsWith('events/'))).toBe(true);
    // A month that is not over, and one that is, on a ledger whose only date is today: refused for the same reasons.
    for (const [period, reason] of [
      [PERIOD, 'the month is not over'],
      ['2026-10', 'no date of booking is sealed'],
    ] as const) {
      const closing = ['bill', 'close', '--period', period, '--by', 'anna'];
      const refused = await tenantscope([...closing, ...deployed, '--out', byHand], { env });
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
      const lake = ['--lake', join(folder, 'embedded'), '--config', file];
      const ofEmbedded = await tenantscope([...closing, ...lake, '--out', own]);
      expect(errorIn(refused.stderr)).toBe(errorIn(ofEmbedded.stderr));
    }
  }, 300_000);

  it('the maintenance job changes no figure', async () => {
    expect(await invoke('maintenance')).toMatchObject({
      retention: { removed: { files: 0 } },
      compaction: { partitions: 0 },
    });
    expect(await invoke('ledger', {})).toMatchObject({ bookings: 0, objects: 0 });
  }, 300_000);
}

/** Everything of the ledger that does not say when it came or was booked. */
async function rowsOf(engine: Engine): Promise<readonly unknown[]> {
  const { rows } = await engine.query(`select tenant_id, emitter, service, resource, operation, meter, unit,
      date_format(event_hour, '%Y-%m-%d %H'), cast(sum(quantity_micros) as varchar), cast(sum(events) as varchar)
    from ledger group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8`);
  return rows;
}

/** Credentials and place of the local AWS, for the command. */
function awsEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('AWS_') && value !== undefined ? [[name, value]] : [],
    ),
  );
}

async function download(s3: S3Client, Bucket: string, folder: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key = '' } of Contents) {
      mkdirSync(dirname(join(folder, Key)), { recursive: true });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      writeFileSync(join(folder, Key), (await Body?.transformToByteArray()) ?? '');
    }
  }
}
