import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { engineOpener, openEmbedded } from '../../cli/engineFlags.js';
import { LAKE, LAKE_VERSION, parseConfigOrThrow } from '../../model/index.js';
import type { Engine } from '../../queries/index.js';
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

it('knows how far Trino is, for whoever shows it', async () => {
  const lake = mkdtempSync(join(tmpdir(), 'progress-'));
  mkdirSync(join(lake, LAKE.staging));
  writeFileSync(join(lake, LAKE.marker), JSON.stringify({ version: LAKE_VERSION }));
  const stats = '"completedSplits":2,"totalSplits":4,"processedRows":9000,"processedBytes":1500000';
  const seen: unknown[] = [];
  let engine: Engine | undefined;
  const fake = await fakeTrino((page, response, request) => {
    if (page > 0) seen.push(engine?.progress?.());
    const next = page < 2 ? { next: page + 1 } : {};
    response.end(pageText(request, { ...next, rest: `,"stats":{"state":"RUNNING",${stats}}` }));
  });
  const context = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    clock: () => 0,
    signal: new AbortController().signal,
  };
  const config = { ...parseConfigOrThrow('', 'tenantscope.yaml'), lake };
  engine = await engineOpener({ engine: 'trino', trinoUrl: fake.server })(config, context);
  await engine.query('select 1');
  expect(seen).toContainEqual({ state: 'RUNNING', done: 0.5, bytesScanned: 1_500_000n });
  expect(engine.progress?.()).toBeUndefined();
  await engine.close();
  await fake.close();
  rmSync(lake, { recursive: true });
});
