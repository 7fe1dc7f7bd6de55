import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../model/index.js';
import type { AthenaOptions } from '../../../../queries/engines/athena/AthenaOptions.js';
import { openAthena } from '../../../../queries/engines/athena/openAthena.js';
import { athenaCsv } from './athenaCsv.js';
import { type Answer, errorAnswer, type FakeAthena, startFakeAthena } from './fakeAthenaServer.js';
import { virtualPacing } from './virtualPacing.js';

type Texts = readonly (string | null)[];
const COLUMNS = [
  { Name: 'tenant_id', Type: 'varchar' },
  { Name: 'quantity', Type: 'bigint' },
];
const HEADER: Texts = ['tenant_id', 'quantity'];
const OBJECT = '/results/a b/q-1.csv';
const OUTPUT = 's3://results/a b/q-1.csv';
const rowsOf = (count: number): Texts[] =>
  Array.from({ length: count }, (_, index) => [`t${index}`, String(2n ** 62n + BigInt(index))]);
const valuesOf = (rows: readonly Texts[]) =>
  rows.map(([id, quantity]) => [id, quantity == null ? null : BigInt(quantity)]);

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

interface Setting {
  readonly rows?: readonly Texts[];
  readonly states?: string[];
  readonly output?: string;
  readonly object?: (response: ServerResponse, turn: number) => void;
  readonly options?: Partial<AthenaOptions>;
  readonly operations?: FakeAthena['operations'];
}

/** A query over a server that has these rows, by pages of 1,000 with the names first, and as an object. */
async function open(setting: Setting) {
  const all = [HEADER, ...(setting.rows ?? [])];
  const states = [...(setting.states ?? []), 'SUCCEEDED'];
  let turn = 0;
  const server = await startFakeAthena({
    operations: {
      StartQueryExecution: () => ({ QueryExecutionId: 'q-1' }),
      GetQueryExecution: () => ({
        QueryExecution: {
          QueryExecutionId: 'q-1',
          Status: { State: states.length > 1 ? states.shift() : states[0] },
          ...(setting.output === undefined ? {} : { ResultConfiguration: { OutputLocation: setting.output } }),
          Statistics: { DataScannedInBytes: 3_000_000_000 },
        },
      }),
      GetQueryResults: (input) => {
        const from = Number(input.NextToken ?? 0);
        const to = from + Number(input.MaxResults);
        const data = (row: Texts) => ({ Data: row.map((text) => (text === null ? {} : { VarCharValue: text })) });
        return {
          ResultSet: { ResultSetMetadata: { ColumnInfo: COLUMNS }, Rows: all.slice(from, to).map(data) },
          ...(to < all.length ? { NextToken: String(to) } : {}),
        };
      },
      StopQueryExecution: () => ({}),
      ...setting.operations,
    },
    objects: (path, response) => {
      if (path !== OBJECT) {
        response.writeHead(404).end();
        return;
      }
      turn += 1;
      if (setting.object === undefined) response.end(athenaCsv(all));
      else setting.object(response, turn);
    },
  });
  stop = server.stop;
  const engine = openAthena(
    { database: 'lake', workgroup: 'reports', ...setting.options },
    { athena: server.athena, s3: server.s3, pacing: virtualPacing() },
  );
  return { engine, asked: server.asked, count: (name: string) => server.asked.filter((each) => each === name).length };
}

async function refusal(setting: Setting): Promise<AppError> {
  const { engine } = await open(setting);
  const error = await engine.query('select 1').catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

describe('Athena over HTTP', () => {
  it('waits through RUNNING, QUEUED and states it does not know, and reads a small result by one page', async () => {
    const rows: Texts[] = [
      ['ä"\n,', '9223372036854775807'],
      ['', null],
      [null, '-9223372036854775808'],
    ];
    const { engine, asked } = await open({
      rows,
      states: ['QUEUED', 'RUNNING', 'QUEUED', 'HALTED', 'RUNNING'],
      output: OUTPUT,
    });
    expect(await engine.query('select 1')).toEqual({
      columns: HEADER,
      types: ['varchar', 'bigint'],
      rows: valuesOf(rows),
      facts: { queryId: 'q-1', bytesScanned: 3_000_000_000n, costUsd: '0.015', reused: false },
    });
    expect(asked).toEqual(['StartQueryExecution', ...Array(6).fill('GetQueryExecution'), 'GetQueryResults']);
    expect(engine.statistics()).toMatchObject({ bytesScanned: 3_000_000_000n, costUsd: '0.015' });
  });

  it('takes no row for the names but the first, and an empty result for empty', async () => {
    const rows: Texts[] = [['tenant_id', '1']];
    expect((await (await open({ rows })).engine.query('select 1')).rows).toEqual(valuesOf(rows));
    await stop?.();
    expect(await (await open({})).engine.query('select 1')).toMatchObject({ columns: HEADER, rows: [] });
  });

  it('keeps a row of data that reads like the names', async () => {
    const names = { Data: [{ VarCharValue: 'service' }] };
    const { engine } = await open({
      operations: {
        GetQueryResults: () => ({
          ResultSet: {
            ResultSetMetadata: { ColumnInfo: [{ Name: 'service', Type: 'varchar(64)' }] },
            Rows: [names, names, { Data: [{}] }],
          },
        }),
      },
    });
    expect((await engine.query('select 1')).rows).toEqual([['service'], [null]]);
  });

  it.each([999, 1000, 2500])('reads %i rows, by page or from the object, the same', async (count) => {
    const rows = rowsOf(count);
    const paged = await open({ rows, output: OUTPUT, options: { pages: 9 } });
    expect((await paged.engine.query('select 1')).rows).toEqual(valuesOf(rows));
    expect(paged.count('GetQueryResults')).toBe(Math.ceil((count + 1) / 1000));
    expect(paged.count(OBJECT)).toBe(0);
    await stop?.();
    const streamed = await open({ rows, output: OUTPUT });
    expect((await streamed.engine.query('select 1')).rows).toEqual(valuesOf(rows));
    expect(streamed.count('GetQueryResults')).toBe(1);
    expect(streamed.count(OBJECT)).toBe(count > 999 ? 1 : 0);
  });

  it('reads all pages when the workgroup keeps its results to itself', async () => {
    const rows = rowsOf(3001);
    const { engine, count } = await open({ rows });
    expect((await engine.query('select 1')).rows).toEqual(valuesOf(rows));
    expect(count('GetQueryResults')).toBe(4);
  });

  it('reads an object that comes in pieces cut inside characters and values', async () => {
    const rows: Texts[] = [...rowsOf(1000), ['🦆"\n,ä', null], ['', '1'], [null, '2']];
    const bytes = Buffer.from(athenaCsv([HEADER, ...rows]));
    const { engine } = await open({
      rows,
      output: OUTPUT,
      object: (response) => {
        for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
        response.end();
      },
    });
    expect((await engine.query('select 1')).rows).toEqual(valuesOf(rows));
  });

  it('reads an object again from its start when the connection broke, and gives no row twice', async () => {
    const rows = rowsOf(1500);
    const text = athenaCsv([HEADER, ...rows]);
    const { engine, count } = await open({
      rows,
      output: OUTPUT,
      object: (response, turn) => {
        if (turn === 3) response.end(text);
        else {
          response.writeHead(200, { 'content-length': Buffer.byteLength(text) });
          response.write(text.slice(0, 20_000), () => response.destroy());
        }
      },
    });
    expect((await engine.query('select 1')).rows).toEqual(valuesOf(rows));
    expect(count(OBJECT)).toBe(3);
  });

  it('gives a long result as it comes, each row once, also when the connection breaks between', async () => {
    const rows = rowsOf(5000);
    const text = athenaCsv([HEADER, ...rows]);
    const { engine, count } = await open({
      rows,
      output: OUTPUT,
      object: (response, turn) => {
        if (turn === 3) response.end(text);
        else {
          response.writeHead(200, { 'content-length': Buffer.byteLength(text) });
          response.write(text.slice(0, turn * 40_000), () => response.destroy());
        }
      },
    });
    const { columns, batches, facts } = await engine.stream('select 1');
    const seen: (readonly unknown[])[] = [];
    let pieces = 0;
    for await (const batch of batches) {
      pieces += 1;
      seen.push(...batch);
    }
    expect(columns).toEqual(HEADER);
    expect(seen).toEqual(valuesOf(rows));
    expect(pieces).toBeGreaterThan(2);
    expect(count(OBJECT)).toBe(3);
    expect(facts?.()).toMatchObject({ queryId: 'q-1', costUsd: '0.015' });
  });

  it('stops reading a long result when its reader does', async () => {
    const { engine } = await open({ rows: rowsOf(3000), output: OUTPUT });
    const { batches } = await engine.stream('select 1');
    for await (const batch of batches) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect(await batches[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });

  it('says which query it was and what it cost when the rows of a stream are damaged', async () => {
    const { engine } = await open({
      rows: rowsOf(1000),
      output: OUTPUT,
      object: (response) => {
        response.end('"tenant_id","quantity"\n"a","1"\n"a"\n');
      },
    });
    const { batches } = await engine.stream('select 1');
    const reading = (async () => {
      for await (const _ of batches);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'READ_FAILED',
      message: expect.stringMatching(
        /^Athena query q-1, s3:\S+ \S+q-1\.csv: .*1 values for 2 columns; scanned 3000000000/,
      ),
    });
  });

  const objectRefusals: readonly [string, (response: ServerResponse) => void, string, RegExp][] = [
    [
      'is denied',
      (response) => {
        response
          .writeHead(403, { 'content-type': 'application/xml' })
          .end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
      },
      'PERMISSION_DENIED',
      /s3:GetObject/,
    ],
    [
      'is gone',
      (response) => {
        response
          .writeHead(404, { 'content-type': 'application/xml' })
          .end('<Error><Code>NoSuchKey</Code><Message>no</Message></Error>');
      },
      'ENGINE_UNAVAILABLE',
      /removed too early/,
    ],
    [
      'is not CSV',
      (response) => {
        response.end('tenant_id,quantity\n');
      },
      'READ_FAILED',
      /row 1: a value outside quotes/,
    ],
    [
      'starts with a byte order mark',
      (response) => {
        response.end('\ufeff"tenant_id","quantity"\n');
      },
      'READ_FAILED',
      /row 1: a value outside quotes/,
    ],
    [
      'has other columns',
      (response) => {
        response.end('"tenant_id","other"\n');
      },
      'READ_FAILED',
      /other column names/,
    ],
    [
      'has a short row',
      (response) => {
        response.end('"tenant_id","quantity"\n"a"\n');
      },
      'READ_FAILED',
      /1 values for 2 columns/,
    ],
    [
      'is not UTF-8',
      (response) => {
        response.end(Buffer.from([0x22, 0xff, 0x22]));
      },
      'READ_FAILED',
      /q-1\.csv/,
    ],
    [
      'is empty',
      (response) => {
        response.end();
      },
      'READ_FAILED',
      /without column names/,
    ],
    [
      'is cut inside a value',
      (response) => {
        response.end('"tenant_id","quantity"\n"a');
      },
      'READ_FAILED',
      /ends inside quotes/,
    ],
    [
      'has a value of another type',
      (response) => {
        response.end('"tenant_id","quantity"\n"a","1.5"\n');
      },
      'READ_FAILED',
      /column quantity/,
    ],
  ];
  it.each(objectRefusals)('refuses an object that %s', async (_, object, code, text) => {
    const error = await refusal({ rows: rowsOf(1000), output: OUTPUT, object });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(/Athena query q-1[\s\S]*scanned 3000000000 bytes \(0\.015 USD\)/);
  });

  it('refuses a page whose rows are not whole, or that has no columns', async () => {
    expect((await refusal({ rows: [['a']] })).message).toMatch(/expected 2 values, got 1; scanned 3000000000/);
    await stop?.();
    expect((await refusal({ operations: { GetQueryResults: () => ({ ResultSet: {} }) } })).message).toMatch(
      /no columns/,
    );
  });

  it('reads errors from the wire by their names, and sends again only what passes', async () => {
    const answers: Answer[] = [
      errorAnswer('TooManyRequestsException'),
      errorAnswer('ThrottlingException'),
      errorAnswer('InternalServerException', 500),
      (response) => response.destroy(),
      { QueryExecutionId: 'q-1' },
    ];
    const passing = await open({ rows: rowsOf(1), operations: { StartQueryExecution: () => answers.shift() ?? {} } });
    expect((await passing.engine.query('select 1')).rows).toHaveLength(1);
    expect(passing.count('StartQueryExecution')).toBe(5);
    await stop?.();
    const expired = await refusal({ operations: { StartQueryExecution: () => errorAnswer('ExpiredTokenException') } });
    expect(expired.code).toBe('PERMISSION_DENIED');
    expect(expired.message).toMatch(/expired[\s\S]*ExpiredTokenException of the server/);
  });

  it('stops the query, once, when Ctrl-C comes while an answer is still out', async () => {
    const controller = new AbortController();
    const { engine, asked } = await open({
      options: { signal: controller.signal },
      operations: { GetQueryExecution: () => () => setImmediate(() => controller.abort()) },
    });
    await expect(engine.query('select 1')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(asked).toEqual(['StartQueryExecution', 'GetQueryExecution', 'StopQueryExecution']);
  });

  it('ends on Ctrl-C while an object stalls, with nothing left to stop', async () => {
    const controller = new AbortController();
    const { engine, count } = await open({
      rows: rowsOf(1000),
      output: OUTPUT,
      options: { signal: controller.signal },
      object: (response) => {
        response.write('"tenant_id","quantity"\n', () => setTimeout(() => controller.abort(), 20));
      },
    });
    await expect(engine.query('select 1')).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringContaining('its result is kept: tenantscope report fetch q-1'),
    });
    expect(count('StopQueryExecution')).toBe(0);
  });

  it('stops what runs when the engine is closed', async () => {
    const { engine, count } = await open({
      operations: { GetQueryExecution: () => () => setImmediate(() => void engine.close()) },
    });
    await expect(engine.query('select 1')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(count('StopQueryExecution')).toBe(1);
  });

  it('sends nothing before the first statement', async () => {
    const engine = openAthena({
      database: 'lake',
      workgroup: 'reports',
      region: 'eu-west-1',
      signal: AbortSignal.abort(),
    });
    await expect(engine.query('select 1')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(engine.statistics()).toMatchObject({ queryIds: [], costUsd: '0' });
    await engine.close();
  });
});
