import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient, StopQueryExecutionCommand } from '@aws-sdk/client-athena';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openAthena } from '../../queries/engines/athena/openAthena.js';
import { createWorkgroup, type Workgroup } from './athenaOnMiniStack.js';

const miniStack = inject('miniStack');
/** The server runs two statements at once; the others wait. */
const RUNNING_AT_ONCE = 2;

describe.skipIf('missing' in miniStack)('statements of Athena, over HTTP', () => {
  let workgroup: Workgroup;
  beforeAll(async () => {
    if (!('missing' in miniStack)) workgroup = await createWorkgroup(miniStack, 'statements');
  });
  afterAll(() => workgroup.close());

  const stateOf = async (queryId: string | undefined) =>
    (await workgroup.executions()).find(({ QueryExecutionId }) => QueryExecutionId === queryId)?.Status?.State;
  const until = async (queryId: () => string | undefined, state: string) => {
    while ((await stateOf(queryId())) !== state) await sleep(20);
  };

  it('go from QUEUED through RUNNING to SUCCEEDED', async () => {
    const states = new Map<string, string[]>();
    const engine = workgroup.open({
      onProgress: ({ queryId, state }) => states.set(queryId, [...(states.get(queryId) ?? []), state]),
    });
    const answers = await engine.queryAll([1, 2, 3].map((n) => `/* takes 0.5 s */ select cast(${n} as bigint) as n`));
    expect(answers.map(({ rows }) => rows)).toEqual([[[1n]], [[2n]], [[3n]]]);
    const seen = [...states.values()].map((each) => [...new Set(each)]);
    expect(seen).toContainEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
    for (const each of seen) expect(each.slice(-2)).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(engine.statistics().queryIds).toHaveLength(3);
    expect(engine.statistics().bytesScanned).toBeGreaterThan(0n);
    await engine.close();
  });

  it('that FAILED say why, by which query, and what it scanned', async () => {
    const engine = workgroup.open();
    await expect(engine.query('select * from nowhere')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/^Athena query [0-9a-f-]{36}: .*nowhere.*scanned 0 bytes/s),
    });
    const [id] = engine.statistics().queryIds;
    expect(await stateOf(id)).toBe('FAILED');
    await engine.close();
  });

  it.each(['RUNNING', 'QUEUED'])('are stopped on the server by Ctrl-C while %s', async (state) => {
    const before =
      state === 'RUNNING' ? [] : Array.from({ length: RUNNING_AT_ONCE }, () => '/* takes 20 s */ select 1');
    const others = workgroup.open();
    const ids = await Promise.all(before.map((sql) => others.background.start(sql)));
    for (const id of ids) await until(() => id, 'RUNNING');
    const controller = new AbortController();
    let id: string | undefined;
    const engine = workgroup.open({
      signal: controller.signal,
      onProgress: (progress) => {
        id = progress.queryId;
        if (progress.state === state) controller.abort();
      },
    });
    await expect(engine.query('/* takes 20 s */ select 1')).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exitCode: 130,
      message: expect.stringContaining('it was stopped'),
    });
    expect(await stateOf(id)).toBe('CANCELLED');
    const athena = new AthenaClient();
    for (const QueryExecutionId of ids) await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
    athena.destroy();
  });

  it('are stopped on the server at their deadline', async () => {
    const engine = workgroup.open({ deadlineMs: 1_000 });
    await expect(engine.query('/* takes 20 s */ select 1')).rejects.toMatchObject({ code: 'TIMED_OUT' });
    expect(await stateOf(engine.statistics().queryIds[0])).toBe('CANCELLED');
    await engine.close();
  });

  it('are stopped on the server when the engine is closed', async () => {
    const engine = workgroup.open({ onProgress: () => void engine.close() });
    await expect(engine.query('/* takes 20 s */ select 1')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await stateOf(engine.statistics().queryIds[0])).toBe('CANCELLED');
  });

  it('that somebody else stopped say so', async () => {
    const athena = new AthenaClient();
    let stopped = false;
    const engine = workgroup.open({
      onProgress: ({ queryId }) => {
        if (stopped) return;
        stopped = true;
        void athena.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId }));
      },
    });
    await expect(engine.query('/* takes 20 s */ select 1')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/was cancelled[\s\S]*cancelled by user/),
    });
    athena.destroy();
    await engine.close();
  });

  it('are no more at once than allowed, and all of them stop with the first that fails', async () => {
    const group = 'few-at-once';
    const few = 'missing' in miniStack ? workgroup : await createWorkgroup(miniStack, group);
    const engine = few.open({ concurrency: 2 });
    const running = engine.queryAll(Array.from({ length: 5 }, (_, n) => `/* takes 0.4 s */ select ${n} as n`));
    let most = 0;
    let answered = false;
    void running.finally(() => (answered = true));
    while (!answered) {
      const open = (await few.executions()).filter(({ Status }) => /QUEUED|RUNNING/.test(Status?.State ?? ''));
      most = Math.max(most, open.length);
      await sleep(20);
    }
    expect((await running).map(({ rows }) => rows[0]?.[0])).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
    await expect(engine.queryAll(['/* takes 20 s */ select 1', 'select * from nowhere', 'select 3'])).rejects.toThrow(
      /nowhere/,
    );
    const states = (await few.executions()).slice(5).map(({ Status }) => Status?.State);
    expect(states.sort()).toEqual(['CANCELLED', 'FAILED']);
    await engine.close();
    few.close();
  });

  it('are one query under one key, however often they are sent, and never another statement', async () => {
    const before = (await workgroup.executions()).length;
    const [first, second] = [workgroup.open({ attemptKey: 'run-7' }), workgroup.open({ attemptKey: 'run-7' })];
    const ids = await Promise.all([first, second].map(({ background }) => background.start('select 7 as n')));
    expect(new Set(ids).size).toBe(1);
    expect((await first.query('select 7 as n')).facts?.queryId).toBe(ids[0]);
    expect(await workgroup.executions()).toHaveLength(before + 1);
    const other = workgroup.open({ attemptKey: 'run-8' });
    expect((await other.query('select 7 as n')).facts?.queryId).not.toBe(ids[0]);
    expect((await first.query('select 8 as n')).rows).toEqual([[8]]);
  });

  it('are asked anew, or answered from an earlier result, as told', async () => {
    await workgroup.open().query("select 'asked anew'");
    await workgroup.open({ reuseMinutes: 90 }).query("select 'not older than 90 minutes'");
    const told = new Map(
      (await workgroup.executions()).map(({ Query, ResultReuseConfiguration: reuse }) => [
        Query,
        reuse?.ResultReuseByAgeConfiguration,
      ]),
    );
    expect(told.get("select 'asked anew'")).toEqual({ Enabled: false });
    expect(told.get("select 'not older than 90 minutes'")).toEqual({ Enabled: true, MaxAgeInMinutes: 90 });
  });

  it('run in the database and workgroup given, and are refused where results have no place', async () => {
    await workgroup.open({ database: 'elsewhere' }).query("select 'in its place'");
    const found = (await workgroup.executions()).find(({ Query }) => Query === "select 'in its place'");
    expect(found).toMatchObject({ WorkGroup: workgroup.name, QueryExecutionContext: { Database: 'elsewhere' } });
    expect(found?.ResultConfiguration?.OutputLocation).toBe(`${workgroup.output}${found?.QueryExecutionId}.csv`);
    // The primary workgroup comes without a place for results, as in a new account.
    await expect(workgroup.open({ workgroup: 'primary' }).query('select 1')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('workgroup primary has no place for results'),
    });
    const placed = workgroup.open({ workgroup: 'primary', outputLocation: `${workgroup.output}primary/` });
    expect((await placed.query('select 1 as n')).rows).toEqual([[1]]);
  });

  it('say that nobody answers, once they have tried', async () => {
    const unreachable = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', maxAttempts: 1 };
    const athena = new AthenaClient(unreachable);
    const engine = openAthena({ database: 'lake', workgroup: workgroup.name, callAttempts: 3 }, { athena });
    await expect(engine.query('select 1')).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/ECONNREFUSED[\s\S]*tried several times/),
    });
    athena.destroy();
  });
});
