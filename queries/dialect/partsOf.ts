import type { Expression } from './Statement.js';

/** The expressions an expression is made of; queries within it are not entered. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return [
        ...expression.arguments,
        ...expression.orderBy.map((item) => item.expression),
        ...(expression.filter === undefined ? [] : [expression.filter]),
        ...(expression.over?.partitionBy ?? []),
        ...(expression.over?.orderBy.map((item) => item.expression) ?? []),
      ];
    case 'cast':
      return [expression.operand];
    case 'case':
      return [
        ...(expression.operand === undefined ? [] : [expression.operand]),
        ...expression.branches.flatMap(({ when, result }) => [when, result]),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ];
    case 'operation':
    case 'predicate':
    case 'logical':
      return expression.operands;
    case 'array':
      return expression.items;
    case 'query':
      return expression.operand === undefined ? [] : [expression.operand];
    default:
      return [];
  }
}

/** The expression and all it is made of. */
export function allParts(expression: Expression): readonly Expression[] {
  return [expression, ...partsOf(expression).flatMap(allParts)];
}

/** The conditions of a WHERE that all have to hold: what AND joins, in parentheses or not. */
export function conjuncts(condition: Expression | undefined): readonly Expression[] {
  if (condition === undefined) return [];
  if (condition.kind === 'logical' && condition.operator === 'and') return condition.operands.flatMap(conjuncts);
  return [condition];
}
