import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../model/index.js';
import { TrinoClient, type TrinoProgress } from '../../../../queries/engines/trino/TrinoClient.js';
import { type Answer, type FakeTrino, fakeTransport, fakeTrino, pageText } from './fakeTrino.js';

const open: FakeTrino[] = [];
afterEach(async () => {
  for (const fake of open.splice(0)) await fake.close();
});

async function setUp(answer: Answer, signal?: AbortSignal) {
  const fake = await fakeTrino(answer);
  open.push(fake);
  const transport = fakeTransport();
  const client = new TrinoClient({
    ...transport,
    server: fake.server,
    user: 'tester',
    ...(signal === undefined ? {} : { signal }),
  });
  return { fake, transport, client };
}

const COLUMNS = ',"columns":[{"name":"n","type":"bigint"},{"name":"amount","type":"decimal(38,2)"}]';
/** Three pages: nothing, the columns with a row, another row. */
const threePages: Answer = (page, response, request) => {
  const pages = [
    { next: 1 },
    { next: 2, rest: `${COLUMNS},"data":[[9223372036854775807,"0.10"]]` },
    { rest: `${COLUMNS},"data":[[-9007199254740993,null]]` },
  ];
  response.end(pageText(request, pages[page] ?? {}));
};

describe('TrinoClient', () => {
  it('follows nextUri to the end and keeps every digit', async () => {
    const { fake, client } = await setUp(threePages);
    expect(await client.run("select 'ü'")).toEqual({
      columns: ['n', 'amount'],
      rows: [
        [9223372036854775807n, '0.10'],
        [-9007199254740993n, null],
      ],
      types: ['bigint', 'decimal(38,2)'],
      facts: { queryId: '20261124_q', bytesScanned: 0n },
    });
    expect(fake.bodies).toEqual(["select 'ü'"]);
    expect(fake.requests).toEqual(['POST /v1/statement', 'GET /v1/statement/q/1', 'GET /v1/statement/q/2']);
  });

  it.each([502, 503, 504])('asks a page again after HTTP %d, waiting longer each time', async (status) => {
    let failures = 3;
    const { transport, client } = await setUp((page, response, request) => {
      if (page === 2 && failures-- > 0) response.writeHead(status).end();
      else threePages(page, response, request);
    });
    expect((await client.run('select 1')).rows).toHaveLength(2);
    expect(transport.slept).toEqual([100, 200, 400]);
  });

  it('asks a page again when the connection breaks, also in the middle of an answer', async () => {
    let failures = 2;
    const { client } = await setUp((page, response, request) => {
      if (page !== 1 || failures-- <= 0) return threePages(page, response, request);
      if (failures === 1) return request.socket.destroy();
      response.writeHead(200, { 'content-length': 1000 }).write('{"id":');
      setImmediate(() => request.socket.destroy());
    });
    expect((await client.run('select 1')).rows).toHaveLength(2);
  });

  it('gives up after a minute, says so with the query id, and cancels', async () => {
    const { fake, transport, client } = await setUp((page, response, request) => {
      if (page === 1) response.writeHead(503).end('no room');
      else threePages(page, response, request);
    });
    await expect(client.run('select 1')).rejects.toThrow(/Trino query 20261124_q: .*got HTTP 503 no room/);
    expect(transport.clock()).toBeGreaterThan(50_000);
    expect(transport.clock()).toBeLessThanOrEqual(60_000);
    expect(fake.requests.at(-1)).toBe('DELETE /v1/statement/q/1');
  });

  it('never sends a statement twice', async () => {
    const { fake, client } = await setUp((_page, response) => response.writeHead(503).end());
    await expect(client.run('select 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(fake.requests).toEqual(['POST /v1/statement']);
  });

  it.each([401, 404, 500])('does not repeat what HTTP %d answers', async (status) => {
    const { transport, client } = await setUp((page, response, request) => {
      if (page === 1) response.writeHead(status).end();
      else threePages(page, response, request);
    });
    await expect(client.run('select 1')).rejects.toThrow(`HTTP ${status}`);
    expect(transport.slept).toEqual([]);
  });

  it("maps Trino's errors to one of its own, with query id and error name", async () => {
    const { fake, client } = await setUp((_page, response, request) =>
      response.end(
        pageText(request, {
          rest: ',"error":{"message":"line 1:8: Column \'x\'\\nmore","errorCode":47,"errorName":"COLUMN_NOT_FOUND","errorType":"USER_ERROR"}',
        }),
      ),
    );
    const error = await client.run('select x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(String(error)).toContain(
      "Trino query 20261124_q: the query failed: got COLUMN_NOT_FOUND: line 1:8: Column 'x'",
    );
    expect(fake.requests).toHaveLength(1);
  });

  it.each([
    ['no JSON', '<html>', /could not be followed|Unexpected/],
    ['JSON of something else', '{"hello":1}', /could not be followed|Invalid/],
  ])('refuses %s', async (_name, text, message) => {
    const { client } = await setUp((_page, response) => response.end(text));
    await expect(client.run('select 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(client.run('select 1')).rejects.toThrow(message);
  });

  it.each([
    ['QUERY_TEXT_TOO_LARGE', 'Query text length (2) exceeds the maximum length (1)', /query\.max-length/],
    [
      'INVALID_COLUMN_PROPERTY',
      "Injected projection requires single predicate for it's column",
      /compaction-threshold/,
    ],
  ])('says what to do about %s', async (errorName, message, hint) => {
    const { client } = await setUp((_page, response, request) =>
      response.end(pageText(request, { rest: `,"error":{"message":"${message}","errorName":"${errorName}"}` })),
    );
    await expect(client.run('select 1')).rejects.toThrow(hint);
  });

  it.each([
    [undefined, /report show NAME/],
    ['look at the ledger', /look at the ledger/],
  ])('says of any other failure what its caller says: %s', async (failureHint, hint) => {
    const fake = await fakeTrino((_page, response, request) =>
      response.end(pageText(request, { rest: ',"error":{"message":"no","errorName":"ALREADY_EXISTS"}' })),
    );
    open.push(fake);
    const given = failureHint === undefined ? {} : { failureHint };
    const client = new TrinoClient({ ...fakeTransport(), server: fake.server, user: 'tester', ...given });
    await expect(client.run('select 1')).rejects.toThrow(hint);
  });

  it('tells how far a statement is, and that it ended, also when it fails', async () => {
    const told: TrinoProgress[] = [];
    const stats = (state: string, done: number): string =>
      `,"stats":{"state":"${state}","completedSplits":${done},"totalSplits":4,"processedRows":9007199254740991,"processedBytes":12}`;
    const pages = [
      stats('QUEUED', 0),
      stats('RUNNING', 2),
      ',"error":{"message":"no","errorName":"X"},"stats":{"state":"FAILED"}',
    ];
    const { fake, transport } = await setUp((page, response, request) =>
      response.end(pageText(request, { ...(page < 2 ? { next: page + 1 } : {}), rest: pages[page] ?? '' })),
    );
    const client = new TrinoClient({ ...transport, server: fake.server, user: 'u', onProgress: (p) => told.push(p) });
    await expect(client.run('select 1')).rejects.toThrow('got X');
    expect(told.map(({ state, ended, completedSplits }) => [state, ended, completedSplits])).toEqual([
      ['QUEUED', false, 0],
      ['RUNNING', false, 2],
      ['FAILED', false, 0],
      ['FAILED', true, 0],
    ]);
    expect(told[1]).toEqual({
      queryId: '20261124_q',
      state: 'RUNNING',
      ended: false,
      completedSplits: 2,
      totalSplits: 4,
      rows: 9007199254740991,
      bytes: 12,
    });
  });

  it('does not follow the answer to another host', async () => {
    const { fake, client } = await setUp((_page, response) =>
      response.end('{"id":"q","nextUri":"http://203.0.113.9/v1/statement/q/1"}'),
    );
    await expect(client.run('select 1')).rejects.toThrow(/http:\/\/203\.0\.113\.9/);
    expect(fake.requests).toHaveLength(1);
  });

  it('does not follow a redirect', async () => {
    const { fake, client } = await setUp((_page, response, request) =>
      response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end(),
    );
    await expect(client.run('select 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(fake.requests).toHaveLength(1);
  });

  it('cancels on the server when aborted while a page is awaited', async () => {
    const controller = new AbortController();
    const reason = new AppError('INTERRUPTED', 'interrupted');
    const { fake, client } = await setUp((page, response, request) => {
      if (page === 1) controller.abort(reason);
      else threePages(page, response, request);
    }, controller.signal);
    await expect(client.run('select 1')).rejects.toBe(reason);
    expect(fake.requests).toEqual(['POST /v1/statement', 'GET /v1/statement/q/1', 'DELETE /v1/statement/q/1']);
  });

  it('starts nothing once aborted, and cancels what started when aborted during the POST', async () => {
    const controller = new AbortController();
    const { fake, client } = await setUp((page, response, request) => {
      controller.abort(new AppError('INTERRUPTED', 'interrupted'));
      threePages(page, response, request);
    }, controller.signal);
    await expect(client.run('select 1')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(client.run('select 1')).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(fake.requests).toEqual(['POST /v1/statement', 'DELETE /v1/statement/q/1']);
  });

  it('says which server does not answer', async () => {
    const { fake, client } = await setUp(threePages);
    await fake.close();
    open.pop();
    await expect(client.run('select 1')).rejects.toThrow(/Trino does not answer.*ECONNREFUSED/);
  });

  it('gives timestamps as ISO text and refuses nested columns, cancelling', async () => {
    const answer =
      (type: string, raw: string): Answer =>
      (_page, response, request) =>
        response.end(
          pageText(request, { next: 1, rest: `,"columns":[{"name":"c","type":"${type}"}],"data":[[${raw}]]` }),
        );
    const { fake, client } = await setUp(answer('map(varchar, bigint)', '{}'));
    await expect(client.run('select 1')).rejects.toThrow(/^c: .*got map\(varchar, bigint\)/);
    expect(fake.requests.at(-1)).toMatch(/^DELETE/);
  });
});
