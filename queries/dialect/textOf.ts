import { typeText } from './SqlType.js';
import type { Expression, Query } from './Statement.js';

/** How a column is written so that two names of one column are one text. */
export type ColumnText = (qualifier: string | undefined, name: string) => string;

/**
 * One text for equal expressions, in whatever spaces, case and parentheses they were written. A query has a text of its own
 * each, since it is never compared.
 */
export function textOf(expression: Expression, column: ColumnText): string {
  const all = (parts: readonly (Expression | undefined)[]): string =>
    parts.map((part) => (part === undefined ? '' : textOf(part, column))).join(',');
  switch (expression.kind) {
    case 'literal':
      return expression.parameter === undefined
        ? `${typeText(expression.type)}'${expression.text.replaceAll("'", "''")}'`
        : `{{${expression.parameter}}}`;
    case 'column':
      return column(expression.qualifier, expression.name);
    case 'call': {
      const { name, star, distinct, filter, over, orderBy } = expression;
      const sorted = orderBy.map((item) => item.expression);
      const window =
        over === undefined ? '' : `over(${all(over.partitionBy)};${all(over.orderBy.map((o) => o.expression))})`;
      return `${name}(${star ? '*' : ''}${distinct ? 'distinct ' : ''}${all(expression.arguments)};${all(sorted)};${all([filter])})${window}`;
    }
    case 'cast':
      return `cast(${all([expression.operand])} as ${typeText(expression.type)})`;
    case 'case': {
      const branches = expression.branches.flatMap(({ when, result }) => [when, result]);
      return `case(${all([expression.operand])};${all(branches)};${all([expression.otherwise])})`;
    }
    case 'operation':
    case 'predicate':
    case 'logical':
      return `(${expression.operator} ${all(expression.operands)})`;
    case 'array':
      return `array[${all(expression.items)}]`;
    case 'query':
      return queryText(expression.query);
    default:
      return `refused@${expression.at}`;
  }
}

const queryText = (query: Query): string => `query@${query.at}`;
