import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { engineOpener, openEmbedded } from '../../cli/engineFlags.js';
import { LAKE, LAKE_VERSION, parseConfigOrThrow } from '../../model/index.js';
import { fakeTrino, pageText } from '../queries/engines/trino/fakeTrino.js';

describe('engineOpener', () => {
  it('is the embedded engine unless another is named', () => {
    expect(engineOpener({})).toBe(openEmbedded);
    expect(engineOpener({ engine: 'duckdb' })).toBe(openEmbedded);
  });

  it.each([
    [{ engine: 'trino' }, /needs --trino-url/],
    [{ engine: 'trino', trinoUrl: 'trino:8080' }, /--trino-url is not usable/],
    [{ engine: 'duckdb', trinoUrl: 'http://h' }, /a flag of Trino without Trino/],
    [{ trinoLocation: 'local:///a' }, /a flag of Trino without Trino/],
    [{ engine: 'trino', trinoUrl: 'http://h', athenaDatabase: 'd' }, /a flag of Athena without Athena/],
    [{ athenaReuse: '5' }, /a flag of Athena without Athena: expected --engine athena beside it, got 5/],
    [{ engine: 'athena', trinoUrl: 'http://h' }, /a flag of Trino without Trino/],
    [{ engine: 'athena', athenaDatabase: 'My-Lake' }, /--athena-database is not usable/],
  ] as const)('refuses %j before anything is opened', (flags, message) => {
    expect(() => engineOpener(flags)).toThrow(message);
  });
});

it.each([
  [
    'a line that rewrites itself on a terminal',
    true,
    '\r\u001b[2Ktrino: running, 2 of 4 splits, 9000 rows, 1.5 MB read\r\u001b[2K',
  ],
  ['plain lines elsewhere', false, 'trino: running, 2 of 4 splits, 9000 rows, 1.5 MB read\n'],
])('shows how far Trino is on stderr: %s', async (_name, isTTY, expected) => {
  const lake = mkdtempSync(join(tmpdir(), 'progress-'));
  mkdirSync(join(lake, LAKE.staging));
  writeFileSync(join(lake, LAKE.marker), JSON.stringify({ version: LAKE_VERSION }));
  const stats = '"completedSplits":2,"totalSplits":4,"processedRows":9000,"processedBytes":1500000';
  const fake = await fakeTrino((page, response, request) =>
    response.end(
      pageText(request, { ...(page < 2 ? { next: page + 1 } : {}), rest: `,"stats":{"state":"RUNNING",${stats}}` }),
    ),
  );
  // Every look at the clock is a step of 3 s: of the three pages the second is due on either kind of stderr.
  let now = 0;
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const context = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    env: {},
    clock: () => (now += 3_000),
    signal: new AbortController().signal,
  };
  const engine = await engineOpener({ engine: 'trino', trinoUrl: fake.server })(
    { ...parseConfigOrThrow('', 'tenantscope.yaml'), lake },
    context,
  );
  await engine.query('select 1');
  await engine.close();
  await fake.close();
  rmSync(lake, { recursive: true });
  expect(String(stderr.read())).toContain(expected);
});
