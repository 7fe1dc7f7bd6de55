import { type Checking, note } from './Checking.js';
import { commonType, familyOf, isDecimal, isWhole, type SqlType, typeText } from './SqlType.js';
import type { Expression, Operation } from './Statement.js';

const WIDEST = 'decimal(38, 0)';

/** Checks an operator between values, and returns the type of what it gives. */
export function checkOperation(checking: Checking, operation: Operation, types: readonly SqlType[]): SqlType {
  const { operator } = operation;
  if (types.includes('unknown')) return operator === '||' ? 'varchar' : 'unknown';
  if (operator === '||') {
    const wrong = types.find((type) => type !== 'varchar' && type !== 'null');
    if (wrong !== undefined) note(checking, operation, `|| joins texts, not ${typeText(wrong)}: cast it to varchar`);
    return 'varchar';
  }
  if (types.some((type) => familyOf(type) === 'time')) {
    note(
      checking,
      operation,
      `${operator === 'negative' ? '-' : operator} of a date or timestamp: use date_add('day', n, x), date_diff('day', a, b)`,
    );
    return 'unknown';
  }
  const wrong = types.find((type) => familyOf(type) !== 'number' && type !== 'null');
  if (wrong !== undefined) {
    note(checking, operation, `arithmetic of ${typeText(wrong)}: only of numbers`);
    return 'unknown';
  }
  if (types.includes('wide')) {
    note(checking, operation, SUM_WITHOUT_CAST);
    return 'unknown';
  }
  const [left = 'unknown', right = left] = types;
  if (operator === '/' || operator === '%') return checkDivision(checking, operation, left, right);
  if (operator === '*' && [left, right].some(isDecimal) && ![left, right].every((type) => typeText(type) === WIDEST)) {
    note(
      checking,
      operation,
      `a product of ${typeText(left)} and ${typeText(right)}: cast both to ${WIDEST}; DuckDB overflows where Trino widens`,
    );
  }
  return commonType(left, right) ?? 'unknown';
}

/** A sum of integers is of another type on either engine. */
export const SUM_WITHOUT_CAST =
  'sum without a cast: use cast(sum(x) as bigint) or as decimal(38, 0); DuckDB gives HUGEINT';

function checkDivision(checking: Checking, operation: Operation, left: SqlType, right: SqlType): SqlType {
  const exact = isWhole(left) && isWhole(right);
  const floating = [left, right].includes('double') && ![left, right].some(isDecimal) && operation.operator === '/';
  if (!exact && !floating) {
    note(
      checking,
      operation,
      `division of ${typeText(left)} by ${typeText(right)}: return sums and divide after the query; the engines round otherwise`,
    );
    return 'unknown';
  }
  const [, divisor] = operation.operands;
  if (divisor !== undefined && !neverZero(divisor)) {
    note(
      checking,
      operation,
      'division by what can be 0: use nullif(x, 0), or divide after the query; 0 is NULL to DuckDB, an error to Trino',
    );
  }
  return commonType(left, right) ?? 'unknown';
}

/** True for a divisor that is a number other than 0, or NULL in its place. */
export function neverZero(divisor: Expression): boolean {
  if (divisor.kind === 'literal') return divisor.parameter === undefined && /[1-9]/.test(divisor.text);
  if (divisor.kind !== 'call' || divisor.name !== 'nullif') return false;
  const [, given] = divisor.arguments;
  return given?.kind === 'literal' && given.parameter === undefined && given.text === '0';
}
