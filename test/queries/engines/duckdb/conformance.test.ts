import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkStatement, type Finding, readStatement } from '../../../../queries/dialect/index.js';
import { PROVEN_FUNCTIONS } from '../../../../queries/dialect/provenFunctions.js';
import { speakTrino } from '../../../../queries/engines/duckdb/speakTrino.js';
import { openScratch, type Scratch } from '../../../../queries/engines/openScratch.js';
import { queryDuckDb } from '../../../../queries/engines/queryDuckDb.js';
import { ENGINE_DIFFERENCES } from '../../../../queries/reports/engineDifferences.js';
import { maskSql } from '../../../../queries/reports/sqlBlocks.js';
import { asTexts, CONFORMANCE, DIFFERING, recorded } from './conformance.js';

const root = mkdtempSync(join(tmpdir(), 'conformance-'));
let scratch: Scratch;
beforeAll(async () => {
  scratch = await openScratch({ lake: root, memoryMb: 256, threads: 1 });
  await speakTrino(scratch.connection);
});
afterAll(async () => {
  await scratch.close();
  rmSync(root, { recursive: true, force: true });
});

/** What lint has against a statement as such; a fixture is no report, and one row needs no order. */
function findings(sql: string): readonly string[] {
  const { query, findings: read } = readStatement(sql, () => undefined);
  const checked: readonly Finding[] = query === undefined ? [] : checkStatement(query, {}).findings;
  const words = ENGINE_DIFFERENCES.filter(({ pattern }) => pattern.test(maskSql(sql))).map(({ what }) => what);
  return [...[...read, ...checked].map(({ message }) => message), ...words].filter(
    (message) => !/order by leaves rows|has no order by/.test(message),
  );
}

describe('what lint accepts', () => {
  it.each(CONFORMANCE)('$group: $sql', async (fixture) => {
    expect(findings(fixture.sql)).toEqual([]);
    const answer = await queryDuckDb(scratch.connection, fixture.sql).catch(() => undefined);
    const got = answer === undefined ? 'an error' : asTexts(fixture.sql, answer.rows);
    expect(got).toEqual(recorded(fixture));
  });

  it('was answered by a real Trino, every statement of it', () => {
    expect(CONFORMANCE.filter(({ trino }) => trino === undefined)).toEqual([]);
    expect(CONFORMANCE.length).toBeGreaterThan(300);
  });

  it.each(Object.keys(PROVEN_FUNCTIONS))('has a fixture with an answer for %s', (name) => {
    const used = CONFORMANCE.filter(({ sql, trino }) => 'rows' in trino && new RegExp(`\\b${name}\\s*\\(`).test(sql));
    expect(used.length).toBeGreaterThan(0);
  });
});

describe('what DuckDB answers otherwise than Trino is refused', () => {
  it.each(DIFFERING)('$group: $sql', ({ sql }) => {
    expect(findings(sql)).not.toEqual([]);
  });
});
