import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import {
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { kinesisTarget, simulate, writeRecords } from '../../ingest/index.js';
import { LAKE, USAGE_FIELDS } from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import type { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { jsonOf } from '../e2e/jsonOf.js';
import { tenantscope, tenantscopeOk } from '../e2e/tenantscope.js';
import type { AthenaFront } from '../engines/athenaInFrontOf.js';
import { runSimulation, smallOptions } from '../ingest/simulator/readSimulation.js';
import { itTakesWhatAgentsSend } from './agentLines.js';
import { environmentOf } from './athenaOnMiniStack.js';
import { athenaOverTrino, trinoInDatabase } from './athenaOverTrino.js';
import type { DeployedApp } from './DeployedApp.js';
import { deployApp } from './deployApp.js';
import { itRunsItsJobs, jobsOn } from './deployedJobs.js';
import { itTakesANewColumn } from './newColumn.js';
import { itIsToldOfObjects } from './objectEvents.js';
import { itAnswersSavedQueries } from './savedQueries.js';
import { resourcesOf } from './stackResources.js';

const miniStack = inject('miniStack');
const trino = inject('cloudTrino');
const NOBODY = { accessKeyId: '', secretAccessKey: '' };
const options = smallOptions({ tenants: 3, hours: 1, aggregate: true });

describe.skipIf('missing' in miniStack)('the app, deployed by the CDK’s own command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployed-'));
  const clients: { destroy(): void }[] = [];
  let outputs: Awaited<ReturnType<typeof deployApp>> = {};
  let records: Awaited<ReturnType<typeof runSimulation>>['records'] = [];
  beforeAll(async () => {
    if ('missing' in miniStack) return;
    Object.assign(process.env, environmentOf(miniStack));
    const simulation = await runSimulation(options);
    records = simulation.records;
    outputs = await deployApp(miniStack, folder, {
      config: simulation.config,
      deployment: `prefix: rehearsal\npeople: { tenants: [acme] }\n${'missing' in trino ? '' : jobsOn(trino.server)}`,
    });
  }, 300_000);
  afterAll(() => {
    for (const client of clients) client.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has made every resource of every template', async () => {
    const templates = readdirSync(join(folder, 'cdk.out')).filter((file) => file.endsWith('.template.json'));
    expect(templates).toHaveLength(8);
    for (const file of templates) {
      const { Resources } = JSON.parse(readFileSync(join(folder, 'cdk.out', file), 'utf8')) as {
        Resources: Record<string, { Type: string }>;
      };
      const wanted = Object.entries(Resources).map(([id, { Type }]) => ({ id, type: Type, status: 'CREATE_COMPLETE' }));
      // A stack of nothing but what this CloudFormation lacks is not deployed.
      const made = (await resourcesOf(file.replace('.template.json', ''))).map(({ id, type, status }) => ({
        id,
        type,
        status,
      }));
      expect(made.toSorted(byId)).toEqual(wanted.toSorted(byId));
    }
  });

  it('calls once for one cause: the cell whose pipeline is broken, and the fleet when several are', async () => {
    const cloudwatch = new CloudWatchClient();
    clients.push(cloudwatch);
    const on = async (AlarmName: string, StateValue: 'ALARM' | 'OK'): Promise<void> => {
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'rehearsal' }));
    };
    const states = async (): Promise<Record<string, string | undefined>> => {
      const { CompositeAlarms = [] } = await cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }),
      );
      return Object.fromEntries(CompositeAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
    };
    const made = ['default', 'platform'].flatMap((cell) =>
      ['parts', 'broken'].map((name) => `rehearsal-${cell}-pipeline-${name}`),
    );
    const others = ['ledger-broken', 'nightly-broken', 'pipelines-broken'].map((name) => `rehearsal-${name}`);
    expect(Object.keys(await states()).sort()).toEqual([...made, ...others].sort());
    for (const cell of ['default', 'platform']) await on(`rehearsal-${cell}-delivery-failing`, 'OK');
    await on('rehearsal-default-transform-errors', 'ALARM');
    expect(await states()).toMatchObject({ 'rehearsal-default-pipeline-broken': 'OK' });
    await on('rehearsal-default-delivery-failing', 'ALARM');
    expect(await states()).toMatchObject({
      'rehearsal-default-pipeline-broken': 'ALARM',
      'rehearsal-platform-pipeline-broken': 'OK',
      'rehearsal-pipelines-broken': 'OK',
    });
    await on('rehearsal-platform-delivery-failing', 'ALARM');
    expect(await states()).toMatchObject({ 'rehearsal-pipelines-broken': 'ALARM' });
    await on('rehearsal-maintenance-failing', 'ALARM');
    expect(await states()).toMatchObject({ 'rehearsal-ledger-broken': 'OK', 'rehearsal-nightly-broken': 'ALARM' });
    await on('rehearsal-ledger-failing', 'ALARM');
    expect(await states()).toMatchObject({ 'rehearsal-ledger-broken': 'ALARM' });
  });

  it('takes records in by the project’s own writer and puts into the lake what the embedded mode does, to the unit', async () => {
    const kinesis = new KinesisClient();
    const s3 = new S3Client();
    clients.push(kinesis, s3);
    for (const [stream, name] of [...new Set(records.map((record) => record.stream))].map((own) => [
      own,
      deployed(own),
    ])) {
      const own = records.filter((record) => record.stream === stream);
      const report = await writeRecords(
        own.map(({ data }, number) => ({ data, partitionKey: String(number) })),
        kinesisTarget(kinesis, name ?? ''),
        { sleep, random: Math.random },
      );
      expect(report).toMatchObject({ written: own.length, undelivered: 0 });
    }
    const local = join(folder, 'embedded');
    await simulate(options, { dir: join(folder, 'simulated') });
    const ran = await tenantscope([
      ...['run', '--input', join(folder, 'simulated', 'records'), '--lake', local],
      ...['--config', join(folder, 'simulated', 'tenantscope.yaml')],
    ]);
    expect(ran.code).toBe(0);
    const wanted = await totalsOf(local);
    expect(wanted.length).toBeGreaterThan(10);
    const bucket = (outputs['rehearsal-lake']?.LakeUrl ?? '').replace('s3://', '');
    const remote = join(folder, 'remote');
    for (let round = 0; round < 120; round++) {
      await download(s3, bucket, remote);
      const found = await totalsOf(remote);
      if (JSON.stringify(found) === JSON.stringify(wanted)) break;
      await sleep(1000);
    }
    expect(await totalsOf(remote)).toEqual(wanted);
    expect(readdirSync(remote)).toEqual(['events']);
  }, 240_000);

  describe.skipIf('missing' in trino)('on a real Trino over its catalogue', () => {
    const { server } = 'missing' in trino ? { server: '' } : trino;
    let front: AthenaFront;
    let env: Readonly<Record<string, string>> = {};
    const database = (): string => outputs['rehearsal-lake']?.DatabaseName ?? '';
    const session = (): TrinoClient => trinoInDatabase(server, database());
    beforeAll(async () => {
      if ('missing' in miniStack) return;
      front = await athenaOverTrino({ server }, miniStack);
      env = { ...environmentOf(miniStack), AWS_ENDPOINT_URL_ATHENA: front.endpoint };
    });
    afterAll(() => front.stop());

    it('has the lines that lie in the bucket, by the table that was deployed', async () => {
      const tenants = readdirSync(join(folder, 'remote', LAKE.events)).map((name) => name.slice('tenant_id='.length));
      const { rows } = await session().run(`with e as (
          select tenant_id, event_id, arbitrary(format) as format, arbitrary(usage) as usage from events
          where tenant_id in (${tenants.map(sqlText).join(', ')}) group by tenant_id, event_id)
        select tenant_id, format, '', '', cast(count(*) as varchar) from e group by 1, 2 union all
        select u.tenant_id, e.tenant_id, u.service, u.meter, cast(sum(u.quantity_micros) as varchar)
        from e cross join unnest(usage) as u (${USAGE_FIELDS.map(({ name }) => name).join(', ')}) group by 1, 2, 3, 4
        order by 1, 2, 3, 4, 5`);
      expect(rows).toEqual(await totalsOf(join(folder, 'remote')));
      expect(rows.length).toBeGreaterThan(10);
      // Those of no tenant are asked of none, as on Athena.
      await expect(session().run('select count(*) from events')).rejects.toThrow(/Injected projection/);
    });

    itRunsItsJobs({
      ...{ folder, server },
      output: (stack, name) => outputs[`rehearsal-${stack}`]?.[name] ?? '',
    });

    it('keeps a ledger in Iceberg beside it, whose reports are those of the embedded mode', async () => {
      const config = ['--config', join(folder, 'tenantscope.yaml')];
      const onAthena = [
        '--engine',
        'athena',
        '--athena-database',
        database(),
        '--athena-workgroup',
        'rehearsal-ledger',
      ];
      const embedded = ['--lake', join(folder, 'embedded')];
      const window = ['--since', '2026-11-23', '--until', '2026-11-25', '--json'];
      await tenantscopeOk(['ledger', 'build', ...config, ...onAthena], { env });
      await tenantscopeOk(['ledger', 'build', ...config, ...embedded]);
      const rowsOf = async (where: readonly string[]): Promise<unknown> => {
        const asked = ['report', 'run', 'allocation-base', ...config, ...where, ...window];
        return (JSON.parse(await tenantscopeOk(asked, { env })) as { rows: unknown }).rows;
      };
      const wanted = await rowsOf(embedded);
      expect(await rowsOf(onAthena)).toEqual(wanted);
      expect(wanted).toHaveLength(21);
    });

    itAnswersSavedQueries({
      ...{ folder, server },
      lake: () => outputs['rehearsal-lake']?.LakeUrl ?? '',
      bookAll: async () => {
        const on = ['--engine', 'athena', '--athena-database', database(), '--athena-workgroup', 'rehearsal-ledger'];
        await tenantscopeOk(['ledger', 'build', '--config', join(folder, 'tenantscope.yaml'), ...on], { env });
      },
    });

    const app: DeployedApp = {
      ...{ folder, server },
      target: 'missing' in miniStack ? { endpoint: '', region: '', credentials: NOBODY } : miniStack,
      output: (stack, name) => outputs[`rehearsal-${stack}`]?.[name] ?? '',
      env: () => env,
    };
    itIsToldOfObjects(app);
    itTakesWhatAgentsSend(app);
    itTakesANewColumn(app);
  });

  // Last, since it puts lines into the lake that no other test knows.
  describe('when it is operated', () => {
    it('goes back to the version of the transform before, and on again, by its alias', async () => {
      const lambda = new LambdaClient();
      clients.push(lambda);
      const FunctionName = 'rehearsal-default-transform';
      const live = async (): Promise<string | undefined> =>
        (await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).FunctionVersion;
      const before = await live();
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'another version' }));
      const { Version: after } = await lambda.send(new PublishVersionCommand({ FunctionName }));
      expect(after).not.toBe(before);
      for (const FunctionVersion of [after, before]) {
        await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion }));
        expect(await live()).toBe(FunctionVersion);
        const { ExecutedVersion, FunctionError, Payload } = await lambda.send(
          new InvokeCommand({ FunctionName, Qualifier: 'live', Payload: JSON.stringify({ records: 'none' }) }),
        );
        // It runs, and refuses what is no event of Firehose's.
        expect(FunctionError).toBeDefined();
        expect(Buffer.from(Payload ?? []).toString()).toContain('invocationId');
        expect(ExecutedVersion ?? FunctionVersion).toBe(FunctionVersion);
      }
    }, 60_000);

    it('puts what lies under errors/ back on the stream it came by, once', async () => {
      const s3 = new S3Client();
      clients.push(s3);
      const Bucket = (outputs['rehearsal-lake']?.LakeUrl ?? '').replace('s3://', '');
      const line = {
        time: new Date().toISOString(),
        log: 'again',
        tenant_id: 'nobody',
        pod: 'p',
        file: 'f',
        offset: 7,
      };
      const error = {
        attemptsMade: 4,
        arrivalTimestamp: Date.now() - 60_000,
        errorCode: 'Lambda.FunctionError',
        errorMessage: 'The Lambda function was successfully invoked but it returned an error result.',
        attemptEndingTimestamp: Date.now(),
        rawData: Buffer.from(`${JSON.stringify({ ...line, namespace: 'nobody' })}\n`).toString('base64'),
        lambdaArn: 'arn:aws:lambda:us-east-1:000000000000:function:rehearsal-default-transform:live',
      };
      const name = 'rehearsal-default-1-2026-11-27-10-00-00-0b7c2c9e-1111-4222-8333-000000000001';
      const Key = `errors/processing-failed/2026/11/27/10/${name}`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: `${JSON.stringify(error)}\n` }));
      const unknown = async (): Promise<number> =>
        (await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'events/tenant_id=_unknown/' }))).KeyCount ?? 0;
      const before = await unknown();
      const env = 'missing' in miniStack ? {} : environmentOf(miniStack);
      const replay = async (...args: readonly string[]): Promise<unknown> => {
        const config = ['--config', join(folder, 'tenantscope.yaml')];
        const ran = await tenantscope(['replay', '--lake', `s3://${Bucket}`, ...config, '--json', ...args], { env });
        expect(ran).toMatchObject({ code: 0 });
        return jsonOf(ran.stdout, { dryRun: args.includes('--dry-run') });
      };
      const found = { records: 1, passing: 1, failing: {} };
      expect(await replay('--dry-run')).toMatchObject({ ...found, replayed: {} });
      expect(await replay()).toMatchObject({ ...found, replayed: { 'rehearsal-default': 1 } });
      expect(await replay()).toMatchObject({ records: 1, passing: 0, replayedBefore: 1, replayed: {} });
      for (let round = 0; round < 60 && (await unknown()) === before; round++) await sleep(1000);
      expect(await unknown()).toBe(before + 1);
    }, 120_000);
  });
});

/** The deployed stream that stands for one of the simulation's. */
const deployed = (stream: string): string => (stream === 'tenantscope-platform' ? stream : 'rehearsal-default');

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** Copies what is in the bucket and not in the folder. */
async function download(s3: S3Client, Bucket: string, folder: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key = '' } of Contents) {
      const path = join(folder, Key);
      mkdirSync(dirname(path), { recursive: true });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      writeFileSync(path, (await Body?.transformToByteArray()) ?? '');
    }
  }
}

/** Lines of each tenant and format, and what each consumed: each event once, as the ledger counts. */
async function totalsOf(lake: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const events = `select tenant_id, event_id, any_value(format) as format, any_value(usage) as usage
      from read_parquet(${sqlText(`${lake}/${LAKE.events}/**/*.parquet`)}, hive_partitioning = true, union_by_name = true)
      group by tenant_id, event_id`;
    const answer = await connection.runAndReadAll(`with e as (${events})
      select tenant_id, format, '', '', count(*)::varchar from e group by all union all
      select u.tenant_id, e.tenant_id, u.service, u.meter, sum(u.quantity_micros)::varchar
      from (select tenant_id, unnest(usage) as u from e) e group by all order by all`);
    return answer.getRows();
  } catch {
    return [];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
