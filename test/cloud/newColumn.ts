import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import {
  GetAliasCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, expect, it } from 'vitest';
import { EVENT_SCHEMA_VERSION, HOUR_MS } from '../../model/index.js';
import { sqlInstant } from '../../queries/engines/sqlInstant.js';
import { tenantscope } from '../e2e/tenantscope.js';
import { trinoInDatabase } from './athenaOverTrino.js';
import type { DeployedApp } from './DeployedApp.js';
import { changeApp } from './deployApp.js';
import { bookUntil, invokeJob, PREFIX, withDeployedLedger } from './deployedLedger.js';
import { NEW_COLUMN, projectWithColumn } from './projectWithColumn.js';
import { savedQueries, withinOneHour } from './savedQueries.js';

const POD = 'new-column';

/** The change of docs/deploy-aws.md that adds a column of events, stack by stack, on what is deployed. */
export function itTakesANewColumn(deployed: DeployedApp): void {
  const { target, folder, server, env } = deployed;
  const clients: { destroy(): void }[] = [];
  const opened = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  afterAll(() => {
    for (const client of clients) client.destroy();
  });
  let written = 0;
  /** Puts a line of acme's on the cell's stream, and waits until the lake has it. */
  async function write(log: string, linesOf: () => Promise<readonly (readonly unknown[])[]>): Promise<void> {
    const kinesis = opened(new KinesisClient());
    const place = { tenant_id: 'acme', namespace: 'tenant-acme', pod: POD, container: 'c', file: 'f' };
    const line = { ...place, time: new Date().toISOString(), offset: written, log };
    written += 1;
    await kinesis.send(
      new PutRecordCommand({
        StreamName: `${PREFIX}-default`,
        PartitionKey: 'acme',
        Data: Buffer.from(`${JSON.stringify(line)}\n`),
      }),
    );
    for (let round = 0; round < 120 && (await linesOf()).length < written; round += 1) await sleep(250);
  }

  it('takes a column of events on: lines of before have none, and no figure changes', async () => {
    const since = Date.now() - (Date.now() % HOUR_MS);
    const lambda = opened(new LambdaClient());
    const FunctionName = `${PREFIX}-default-transform`;
    const live = async (): Promise<string | undefined> =>
      (await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).FunctionVersion;
    /** What the deployed table says of the lines of this test, in the order they were written. */
    const asked = (columns: string) => async (): Promise<readonly (readonly unknown[])[]> =>
      (
        await trinoInDatabase(server, PREFIX).run(
          `select ${columns} from events where tenant_id = 'acme' and pod = '${POD}' order by source_offset`,
        )
      ).rows;
    const [before, after] = [asked('body, schema_version'), asked(`body, schema_version, ${NEW_COLUMN}`)];
    const [old, next] = [EVENT_SCHEMA_VERSION, EVENT_SCHEMA_VERSION + 1];
    /** The ledger: hours that are over, and how many lines acme has since. */
    const figures = (): Promise<readonly [over: readonly unknown[], lines: number]> =>
      withDeployedLedger(deployed, async (engine) => {
        const { rows } =
          await engine.query(`select event_hour < ${sqlInstant(since)}, tenant_id, emitter, service, resource,
            operation, meter, unit, cast(sum(quantity_micros) as varchar), cast(sum(events) as varchar)
          from ledger group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8`);
        const own = rows.find(
          ([over, tenant, , , , , meter]) => over === false && tenant === 'acme' && meter === 'log_events',
        );
        return [rows.filter(([over]) => over), Number(own?.at(-1) ?? 0)];
      });

    const was = await live();
    await invokeJob('ledger');
    const [over, lines] = await figures();
    expect(over.length).toBeGreaterThan(0);
    await write('before', before);

    const app = await changeApp(target, folder, projectWithColumn(join(folder, 'changed')));
    // Those that docs/deploy-aws.md names; the saved queries' has nothing here but what is made without CloudFormation.
    expect(app.stacks).toEqual(['cell-default', 'cell-platform', 'jobs', 'lake'].map((stack) => `${PREFIX}-${stack}`));
    await app.deploy(`${PREFIX}-lake`, `${PREFIX}-jobs`);
    await write('the table has it', after);
    await app.deploy(`${PREFIX}-cell-default`);
    const upgraded = await live();
    await write('the transform\nwrites it', after);
    expect(await after()).toEqual([
      ['before', old, null],
      ['the table has it', old, null],
      ['the transform\nwrites it', next, 2],
    ]);

    // Who was not deployed anew books none of it, rather than a part.
    const place = ['--engine', 'athena', '--athena-database', PREFIX, '--athena-workgroup', `${PREFIX}-ledger`];
    const refused = await tenantscope(['ledger', 'build', '--config', join(folder, 'tenantscope.yaml'), ...place], {
      env: env(),
    });
    expect(refused).toMatchObject({
      code: 70,
      stderr: expect.stringContaining('newer schema than this program knows'),
    });
    let found: readonly unknown[] = [];
    await bookUntil(async () => {
      found = await figures();
      return found[1] === lines + 3;
    });
    expect(found).toEqual([over, lines + 3]);

    // Saved queries that were deployed before name the columns they know.
    const saved = new Map((await savedQueries()).map(({ Name, QueryString }) => [Name, QueryString]));
    const changed = app.missing
      .map(({ Properties: { Name, QueryString } }) => ({ name: String(Name), sql: String(QueryString) }))
      .filter(({ name, sql }) => saved.has(name) && saved.get(name) !== sql);
    expect(changed.map(({ name }) => name)).toContain('problems');
    const runnable = changed.filter(({ sql }) => !sql.includes('?'));
    const { result } = await withinOneHour(async () => {
      const session = trinoInDatabase(server, PREFIX);
      const answers = [];
      for (const { name, sql } of runnable)
        answers.push([name, (await session.run(saved.get(name) ?? '')).rows, (await session.run(sql)).rows]);
      return answers;
    });
    for (const [name, earlier, later] of result) expect([name, later]).toEqual([name, earlier]);

    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    expect(Versions.map(({ Version }) => Version)).toEqual(expect.arrayContaining([was, upgraded]));
    expect(upgraded).not.toBe(was);
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: was }));
    await write('back\nagain', after);
    expect((await after()).at(-1)).toEqual(['back\nagain', old, null]);
  }, 600_000);
}
