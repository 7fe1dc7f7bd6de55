import type { Finding } from './Finding.js';
import { parseTrino } from './parseTrino.js';
import { readCondition, readExpression, readValue } from './readExpression.js';
import { readQuery } from './readQuery.js';
import type { Query } from './Statement.js';
import { TreeReader } from './TreeReader.js';

/** A statement as the checks see it, or why it is none. */
export interface ReadStatement {
  /** Undefined for a text that is not Trino SQL. */
  readonly query: Query | undefined;
  /** Syntax errors, and constructs that no report uses, each with what to write instead. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a text by Trino's grammar into the few constructs that mean the same on every engine. Everything else is a finding:
 * what is not understood here is not passed on.
 *
 * @param parameterAt the placeholder whose stand-in begins at an offset of the text
 */
export function readStatement(text: string, parameterAt: (at: number) => string | undefined): ReadStatement {
  const parsed = parseTrino(text);
  if (parsed.query === undefined) return { query: undefined, findings: [parsed.finding] };
  const readers = { query: readQuery, expression: readExpression, condition: readCondition, value: readValue };
  const reader = new TreeReader(readers, parsed.placeOf, parameterAt);
  const query = reader.query(parsed.query);
  return { query, findings: reader.findings };
}
