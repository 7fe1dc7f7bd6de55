import { readPrimary } from './readPrimary.js';
import type { Expression, Operation, Predicate } from './Statement.js';
import type { TreeReader } from './TreeReader.js';
import type {
  BooleanExpressionContext,
  ExpressionContext,
  PredicateContext,
  ValueExpressionContext,
} from './trinoGrammar.js';

/** An expression of the tree as the checks see it. */
export function readExpression(reader: TreeReader, context: ExpressionContext): Expression {
  return readCondition(reader, context.booleanExpression());
}

/** A condition, or any other expression where a condition could stand. */
export function readCondition(reader: TreeReader, context: BooleanExpressionContext): Expression {
  const { grammar } = reader;
  const at = reader.at(context);
  if (context instanceof grammar.PredicatedContext) {
    const value = readValue(reader, context.valueExpression());
    const predicate = context.predicate();
    return predicate === null ? value : readPredicate(reader, predicate, value);
  }
  if (context instanceof grammar.LogicalNotContext) {
    return { kind: 'logical', ...at, operator: 'not', operands: [readCondition(reader, context.booleanExpression())] };
  }
  if (context instanceof grammar.AndContext || context instanceof grammar.OrContext) {
    const operator = context instanceof grammar.AndContext ? 'and' : 'or';
    const operands = context.booleanExpression().map((operand) => readCondition(reader, operand));
    return { kind: 'logical', ...at, operator, operands };
  }
  throw new Error('a condition of an unknown kind');
}

function readPredicate(reader: TreeReader, context: PredicateContext, value: Expression): Expression {
  const { grammar } = reader;
  const { at } = value;
  const test = (operator: string, ...more: readonly Expression[]): Predicate => ({
    kind: 'predicate',
    at,
    operator,
    operands: [value, ...more],
  });
  const not = 'KW_NOT' in context && typeof context.KW_NOT === 'function' && context.KW_NOT() !== null ? 'not ' : '';
  if (context instanceof grammar.ComparisonContext) {
    const operator = context.comparisonOperator().getText();
    return test(operator === '!=' ? '<>' : operator, readValue(reader, context.valueExpression()));
  }
  if (context instanceof grammar.BetweenContext || context instanceof grammar.LikeContext) {
    const word = context instanceof grammar.LikeContext ? 'like' : 'between';
    return test(`${not}${word}`, ...context.valueExpression().map((one) => readValue(reader, one)));
  }
  if (context instanceof grammar.InListContext) {
    return test(`${not}in`, ...context.expression().map((one) => readExpression(reader, one)));
  }
  if (context instanceof grammar.InSubqueryContext) {
    const within: Expression = {
      kind: 'query',
      at,
      use: 'in',
      operand: value,
      query: reader.query(context.query()),
    };
    return not === '' ? within : { kind: 'logical', at, operator: 'not', operands: [within] };
  }
  if (context instanceof grammar.NullPredicateContext) return test(`is ${not}null`);
  if (context instanceof grammar.DistinctFromContext) {
    return test(`is ${not}distinct from`, readValue(reader, context.valueExpression()));
  }
  return reader.refuse(context, 'a comparison with any or all of a query', 'in, exists or max');
}

/** A value: what stands on either side of a comparison. */
export function readValue(reader: TreeReader, context: ValueExpressionContext): Expression {
  const { grammar } = reader;
  const at = reader.at(context);
  if (context instanceof grammar.ValueExpressionDefaultContext) return readPrimary(reader, context.primaryExpression());
  if (context instanceof grammar.ConcatenationContext || context instanceof grammar.ArithmeticBinaryContext) {
    const operator = context instanceof grammar.ConcatenationContext ? '||' : (context._operator?.text ?? '');
    const operands = context.valueExpression().map((one) => readValue(reader, one));
    return { kind: 'operation', ...at, operator: operator as Operation['operator'], operands };
  }
  if (context instanceof grammar.ArithmeticUnaryContext) {
    const operand = readValue(reader, context.valueExpression());
    return context.MINUS() === null ? operand : { kind: 'operation', ...at, operator: 'negative', operands: [operand] };
  }
  return reader.refuse(context, 'at time zone', 'the bounds of the window; all times are UTC');
}

/** A row of VALUES. */
export function readRow(reader: TreeReader, context: ExpressionContext): readonly Expression[] {
  const { grammar } = reader;
  const condition = context.booleanExpression();
  const value = condition instanceof grammar.PredicatedContext ? condition.valueExpression() : undefined;
  const primary = value instanceof grammar.ValueExpressionDefaultContext ? value.primaryExpression() : undefined;
  if (primary instanceof grammar.RowConstructorContext) {
    return primary.expression().map((one) => readExpression(reader, one));
  }
  if (primary instanceof grammar.ParenthesizedExpressionContext) return [readExpression(reader, primary.expression())];
  return [reader.refuse(context, 'values without parentheses', 'values (1), (2)')];
}
