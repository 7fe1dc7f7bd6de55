import { type Checking, note } from './Checking.js';
import { familyOf, isDecimal, isWhole, type SqlType, typeText } from './SqlType.js';
import type { Cast, Expression } from './Statement.js';

/** Columns whose text is a date by construction. */
const DATE_COLUMNS: ReadonlySet<string> = new Set(['dt', 'booked_date']);
/** Functions that leave a DOUBLE without a fraction. */
const ROUNDING: ReadonlySet<string> = new Set(['round', 'floor', 'ceil']);

/** Checks a conversion, and returns the type it gives. Refused is every one that the engines do otherwise, or at other values. */
export function checkCast(checking: Checking, cast: Cast, from: SqlType): SqlType {
  const problem = problemOf(from, cast.type, cast.operand);
  if (problem !== undefined) note(checking, cast, `cast of ${typeText(from)} to ${typeText(cast.type)}: ${problem}`);
  return cast.type;
}

function problemOf(from: SqlType, to: SqlType, operand: Expression): string | undefined {
  if (from === 'unknown' || from === 'null' || to === 'unknown' || typeText(from) === typeText(to)) return undefined;
  if (from === 'wide') return isDecimal(to) || isWhole(to) ? undefined : 'cast a sum to bigint or decimal(38, 0)';
  if (isWhole(from)) return to === 'varchar' || familyOf(to) === 'number' ? undefined : 'there is none';
  if (isDecimal(from)) return fromDecimal(from, to);
  switch (from) {
    case 'double':
      if (!isWhole(to)) return 'the engines write and round it otherwise; cast(round(x) as bigint)';
      return operand.kind === 'call' && ROUNDING.has(operand.name)
        ? undefined
        : 'use cast(round(x) as bigint): a half is rounded otherwise';
    case 'varchar':
      return fromText(to, operand);
    case 'boolean':
      return to === 'varchar' ? undefined : 'use case when x then 1 else 0 end';
    case 'date':
      return to === 'timestamp' || to === 'varchar' ? undefined : 'there is none';
    case 'timestamp':
      return to === 'date' ? undefined : "use date_format(x, '%Y-%m-%d %H:%i:%s')";
    default:
      return 'cast its members';
  }
}

function fromDecimal(from: { readonly decimal: readonly [number, number] }, to: SqlType): string | undefined {
  if (isDecimal(to) || to === 'varchar') return undefined;
  if (isWhole(to) && from.decimal[1] === 0) return undefined;
  return 'the engines round it otherwise';
}

function fromText(to: SqlType, operand: Expression): string | undefined {
  const literal = operand.kind === 'literal' ? operand : undefined;
  if (to === 'date') {
    if (operand.kind === 'column' && DATE_COLUMNS.has(operand.name)) return undefined;
    if (literal !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(literal.text)) return undefined;
  }
  if ((isDecimal(to) || isWhole(to)) && literal !== undefined && /^-?\d+(?:\.\d+)?$/.test(literal.text)) {
    return isWhole(to) && literal.text.includes('.') ? 'it has a fraction' : undefined;
  }
  return 'text is read otherwise by either engine, and what is no number fails; use a column of that type, or a meter of your own in tenantscope.yaml';
}
