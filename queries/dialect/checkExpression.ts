import { nearestWord } from '../../model/index.js';
import { type Checking, note } from './Checking.js';
import { checkCall } from './checkCall.js';
import { checkCast } from './checkCast.js';
import { checkOperation } from './checkOperation.js';
import { resolve, type Scope } from './Scope.js';
import { commonType, familyOf, type SqlType, typeText } from './SqlType.js';
import type { Case, ColumnReference, Expression, Placed, Predicate, QueryExpression } from './Statement.js';

/** Checks an expression and all within it, and returns its type. */
export function checkExpression(checking: Checking, expression: Expression, scope: Scope): SqlType {
  const typeOf = (one: Expression): SqlType => checking.typeOf(one, scope);
  switch (expression.kind) {
    case 'literal':
      return expression.type;
    case 'column':
      return checkColumn(checking, expression, scope);
    case 'call':
      return checkCall(checking, expression, scope);
    case 'cast':
      return checkCast(checking, expression, typeOf(expression.operand));
    case 'case':
      return checkCase(checking, expression, typeOf);
    case 'operation':
      return checkOperation(checking, expression, expression.operands.map(typeOf));
    case 'predicate':
      return checkPredicate(checking, expression, expression.operands.map(typeOf));
    case 'logical':
      for (const operand of expression.operands) {
        const type = typeOf(operand);
        if (!['boolean', 'any'].includes(familyOf(type)))
          note(checking, operand, `${typeText(type)} is no condition: compare it`);
      }
      return 'boolean';
    case 'query':
      return checkQuery(checking, expression, scope, typeOf);
    case 'array':
      return { array: alike(checking, expression, expression.items.map(typeOf)) };
    default:
      return 'unknown';
  }
}

function checkColumn(checking: Checking, column: ColumnReference, scope: Scope): SqlType {
  const { qualifier, name } = column;
  const found = resolve(scope, qualifier, name);
  if (!('problem' in found)) return found.type;
  if (found.problem === 'alias') {
    note(
      checking,
      column,
      `${name} is a name given in the same select: repeat its expression, Trino does not know it here`,
    );
    return 'unknown';
  }
  if (found.problem === 'ambiguous') {
    note(checking, column, `${name} is a column of more than one table: write the table's name before it`);
    return 'unknown';
  }
  const near = nearestWord(name, found.known);
  const shown = qualifier === undefined ? name : `${qualifier}.${name}`;
  note(checking, column, `there is no column ${shown} here${near === undefined ? '' : `; did you mean ${near}?`}`);
  return 'unknown';
}

function checkCase(checking: Checking, expression: Case, typeOf: (one: Expression) => SqlType): SqlType {
  const { operand, branches, otherwise } = expression;
  const subject = operand === undefined ? 'boolean' : typeOf(operand);
  for (const { when } of branches) alike(checking, when, [subject, typeOf(when)]);
  const results = branches.map(({ result }) => typeOf(result));
  return alike(checking, expression, otherwise === undefined ? results : [...results, typeOf(otherwise)]);
}

function checkPredicate(checking: Checking, predicate: Predicate, types: readonly SqlType[]): SqlType {
  if (/like$/.test(predicate.operator)) {
    const wrong = types.find((type) => !['text', 'any'].includes(familyOf(type)));
    if (wrong !== undefined) note(checking, predicate, `like takes text, not ${typeText(wrong)}`);
    const [, , mark] = predicate.operands;
    const letter = mark?.kind === 'literal' ? [...mark.text].length : 0;
    if (mark !== undefined && letter !== 1) note(checking, mark, "escape takes one letter in quotes, such as '!'");
    return 'boolean';
  }
  const type = alike(checking, predicate, types);
  if (familyOf(type) === 'nested' && !predicate.operator.startsWith('is')) {
    note(checking, predicate, `values of ${typeText(type)} are not compared: compare their members`);
  }
  return 'boolean';
}

function checkQuery(
  checking: Checking,
  expression: QueryExpression,
  scope: Scope,
  typeOf: (one: Expression) => SqlType,
): SqlType {
  const { columns } = checking.shapeOf(expression.query, scope);
  if (expression.use === 'exists') return 'boolean';
  const [column, another] = columns;
  if (another !== undefined) note(checking, expression, 'a query that stands for a value has one column');
  const type = column?.type ?? 'unknown';
  if (expression.operand === undefined) return type;
  alike(checking, expression, [typeOf(expression.operand), type]);
  return 'boolean';
}

function alike(checking: Checking, place: Placed, types: readonly SqlType[]): SqlType {
  let sofar: SqlType = 'null';
  for (const type of types) {
    const both = commonType(sofar, type);
    if (both === undefined) {
      note(
        checking,
        place,
        `${typeText(sofar)} meets ${typeText(type)}: cast one; DuckDB would convert it, Trino refuses`,
      );
      return 'unknown';
    }
    sofar = both;
  }
  return sofar;
}
