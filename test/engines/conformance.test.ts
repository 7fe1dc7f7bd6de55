import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { speakTrino } from '../../queries/engines/duckdb/speakTrino.js';
import { openScratch } from '../../queries/engines/openScratch.js';
import { queryDuckDb } from '../../queries/engines/queryDuckDb.js';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { temporaryFolder } from '../e2e/tenantscope.js';
import { asTexts, CONFORMANCE, recorded } from '../queries/engines/duckdb/conformance.js';

const trino = inject('trino');
const client = new TrinoClient({
  server: 'missing' in trino ? 'http://127.0.0.1' : trino.server,
  user: 'test',
  fetch: globalThis.fetch,
  clock: Date.now,
  sleep,
});

describe.skipIf('missing' in trino)('a real Trino answers the conformance fixtures as recorded', () => {
  it.each(CONFORMANCE)('$group: $sql', async (fixture) => {
    const answer = await client.run(fixture.sql).catch((error: unknown) => {
      // An error of the statement, not of the server or the way to it.
      expect(String(error)).toMatch(/Trino query \d{8}_/);
      return undefined;
    });
    expect(answer === undefined ? 'an error' : asTexts(fixture.sql, answer.rows)).toEqual(recorded(fixture));
  });
});

/** Letters of Unicode 16, which Trino's Java knows in capitals only. */
const TOO_NEW = [0x1c89, 0xa7cb, 0xa7cc, 0xa7da, 0xa7dc, ...Array.from({ length: 22 }, (_, n) => 0x10d50 + n)];
const STEP = 0x2000;

/** What a function makes of each letter around another. A byte order mark at the front is lost by DuckDB's client. */
const letters = (name: string, from: number): string =>
  `select n, length(x) as l, strpos(x, 'b') as b, x from (
     select n, ${name}(chr(n) || 'b' || chr(n)) as x from unnest(sequence(${from}, ${from + STEP - 1})) as t(n)
     where n > 0 and n <> 65279 and not (n between 55296 and 57343)) u order by n`;

describe.skipIf('missing' in trino)('every letter means the same to both engines', () => {
  it.each(['lower', 'trim', 'ltrim', 'rtrim'])('in %s', async (name) => {
    const folder = temporaryFolder();
    const scratch = await openScratch({ lake: folder.path, memoryMb: 256, threads: 1 });
    await speakTrino(scratch.connection);
    // What the statement needs and no report may use.
    await scratch.connection.run('create macro sequence(a, b) as generate_series(a, b)');
    await scratch.connection.run('create macro chr(n) as system.main.chr(cast(n as integer))');
    const differing: unknown[] = [];
    for (let from = 0; from < 0x20000; from += STEP) {
      const { rows } = await client.run(letters(name, from));
      const other = await queryDuckDb(scratch.connection, letters(name, from));
      expect(other.rows.length).toBe(rows.length);
      rows.forEach((row, index) => {
        const same = JSON.stringify(row.slice(1), asText) === JSON.stringify(other.rows[index]?.slice(1), asText);
        if (!same) differing.push(Number(row[0]));
      });
    }
    await scratch.close();
    folder.remove();
    expect(differing).toEqual(name === 'lower' ? TOO_NEW : []);
  });
});

const asText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
