import { deriveCompleteness } from '../completeness/deriveCompleteness.js';
import type { QueryResult } from '../engines/Engine.js';
import type { Rows, StatementFacts } from '../engines/QueryResult.js';
import type { CountedEngine } from './countFacts.js';
import { deriveParts } from './deriveParts.js';
import { deriveQuota } from './deriveQuota.js';
import { deriveShare } from './deriveShare.js';
import { exactAmounts } from './exactAmounts.js';
import { mergeBatches } from './merge/mergeBatches.js';
import { runBatches } from './merge/runBatches.js';
import type { ParameterValues } from './parameters.js';
import type { PreparedReport } from './prepareReport.js';
import type { Report } from './Report.js';

/** What the statements of a report answered. */
export interface Answer {
  /** As the engine names them. */
  readonly columns: readonly string[];
  readonly types: readonly string[] | undefined;
  /** As their reader gets them. */
  readonly batches: AsyncIterable<Rows>;
  readonly raw?: QueryResult;
  /** Of the report's own statements, once the batches were read. */
  readonly facts: () => readonly StatementFacts[];
}

/** Runs the statements of a report: streamed where one statement gives the rows as they are shown, else held and worked on. */
export async function answerReport({ engine, facts }: CountedEngine, prepared: PreparedReport): Promise<Answer> {
  const { report, values, statements } = prepared;
  const [only] = statements;
  const before = facts.length;
  if (engine.stream !== undefined && report.derive === undefined && statements.length === 1 && only !== undefined) {
    const streamed = await engine.stream(only);
    return {
      columns: streamed.columns,
      types: streamed.types,
      batches: eachExact(streamed.columns, streamed.batches),
      facts: () => {
        const own = streamed.facts?.();
        if (own === undefined) return [];
        if (!facts.includes(own)) facts.push(own);
        return [own];
      },
    };
  }
  const batched = statements.length > 1;
  const asked = batched || only === undefined ? await runBatches(engine, statements) : await engine.query(only);
  const own = facts.slice(before);
  const raw = batched ? await mergeBatches(report, values, asked) : asked;
  return {
    columns: raw.columns,
    types: raw.types,
    batches: once(shownRows(report, values, raw)),
    raw,
    facts: () => own,
  };
}

/** The rows of an answer as their reader gets them. */
export function shownRows(report: Report, values: ParameterValues, raw: QueryResult): Rows {
  switch (report.derive) {
    case 'share':
      return deriveShare(raw, typeof values.top === 'number' ? values.top : raw.rows.length);
    case 'completeness':
      return deriveCompleteness(raw);
    case 'quota':
      return deriveQuota(raw);
    case 'parts':
      return deriveParts(raw);
    default:
      return exactAmounts(raw.columns, raw.rows);
  }
}

async function* once(rows: Rows): AsyncIterable<Rows> {
  yield rows;
}

async function* eachExact(columns: readonly string[], batches: AsyncIterable<Rows>): AsyncIterable<Rows> {
  for await (const rows of batches) yield exactAmounts(columns, rows);
}
