import Big from 'big.js';
import type { Engine } from '../engines/Engine.js';
import type { StatementFacts } from '../engines/QueryResult.js';

/** An engine whose statements are counted: what all of them scanned and cost is what an answer cost. */
export interface CountedEngine {
  readonly engine: Engine;
  readonly facts: StatementFacts[];
}

/** Counts what the statements of an engine say of themselves. A stream's facts are its reader's to add. */
export function countFacts(engine: Engine): CountedEngine {
  const facts: StatementFacts[] = [];
  const { queryAll } = engine;
  const query: Engine['query'] = async (sql) => {
    const result = await engine.query(sql);
    if (result.facts !== undefined) facts.push(result.facts);
    return result;
  };
  if (queryAll === undefined) return { engine: { ...engine, query }, facts };
  const all: Engine['queryAll'] = async (statements) => {
    const results = await queryAll(statements);
    facts.push(...results.flatMap((result) => result.facts ?? []));
    return results;
  };
  return { engine: { ...engine, query, queryAll: all }, facts };
}

/** Bytes of all statements; null when none says. */
export function scannedBytes(facts: readonly StatementFacts[]): bigint | null {
  const known = facts.flatMap(({ bytesScanned }) => bytesScanned ?? []);
  return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0n);
}

/** Exact dollars of all statements; null when none says. */
export function costUsd(facts: readonly StatementFacts[]): string | null {
  const known = facts.flatMap(({ costUsd: usd }) => usd ?? []);
  return known.length === 0 ? null : known.reduce((sum, usd) => sum.plus(usd), new Big(0)).toFixed();
}
