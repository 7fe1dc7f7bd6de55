import { readCall } from './readCall.js';
import { readNumber, readText, readTyped } from './readLiteral.js';
import { readColumnName } from './readNames.js';
import { readType } from './readType.js';
import type { Case, Expression } from './Statement.js';
import type { TreeReader } from './TreeReader.js';
import type { CastContext, PrimaryExpressionContext, SearchedCaseContext, SimpleCaseContext } from './trinoGrammar.js';

/** A value without an operator. What is not listed here is used by no report, and refused. */
export function readPrimary(reader: TreeReader, context: PrimaryExpressionContext): Expression {
  return readPlain(reader, context) ?? readComposite(reader, context) ?? refuseOther(reader, context);
}

function readPlain(reader: TreeReader, context: PrimaryExpressionContext): Expression | undefined {
  const { grammar } = reader;
  const at = reader.at(context);
  if (context instanceof grammar.ColumnReferenceContext) {
    return readColumnName(reader, context.columnName().qualifiedName());
  }
  if (context instanceof grammar.DereferenceContext) {
    const base = readPrimary(reader, context.primaryExpression());
    if (base.kind !== 'column' || base.qualifier !== undefined) {
      return reader.refuse(context, 'a name of three parts', 'alias.column');
    }
    return { kind: 'column', ...at, qualifier: base.name, name: reader.name(context.identifier()) };
  }
  if (context instanceof grammar.NullLiteralContext) return { kind: 'literal', ...at, type: 'null', text: 'null' };
  if (context instanceof grammar.BooleanLiteralContext) {
    return { kind: 'literal', ...at, type: 'boolean', text: context.getText().toLowerCase() };
  }
  if (context instanceof grammar.NumericLiteralContext) return readNumber(reader, context);
  if (context instanceof grammar.StringLiteralContext) return readText(reader, context);
  if (context instanceof grammar.TypeConstructorContext) return readTyped(reader, context);
  return undefined;
}

function readComposite(reader: TreeReader, context: PrimaryExpressionContext): Expression | undefined {
  const { grammar } = reader;
  const at = reader.at(context);
  if (context instanceof grammar.ParenthesizedExpressionContext) return reader.expression(context.expression());
  if (context instanceof grammar.CastContext) return readCast(reader, context);
  if (context instanceof grammar.SimpleCaseContext || context instanceof grammar.SearchedCaseContext) {
    return readCase(reader, context);
  }
  if (context instanceof grammar.SubqueryExpressionContext) {
    return { kind: 'query', ...at, use: 'value', query: reader.query(context.query()) };
  }
  if (context instanceof grammar.ExistsContext) {
    return { kind: 'query', ...at, use: 'exists', query: reader.query(context.query()) };
  }
  if (context instanceof grammar.ArrayConstructorContext) {
    return { kind: 'array', ...at, items: context.expression().map((item) => reader.expression(item)) };
  }
  return readCall(reader, context);
}

function readCast(reader: TreeReader, context: CastContext): Expression {
  if (context.KW_TRY_CAST() !== null) {
    return reader.refuse(context, 'try_cast', 'cast of what always can be: the engines fail at other values');
  }
  const operand = reader.expression(context.expression());
  return { kind: 'cast', ...reader.at(context), operand, type: readType(reader, context.type()) };
}

function readCase(reader: TreeReader, context: SimpleCaseContext | SearchedCaseContext): Case {
  const { grammar } = reader;
  const branches = context.whenClause().map((clause) => {
    const [when, result] = clause.expression();
    if (when === undefined || result === undefined) throw new Error('half of a branch');
    return { when: reader.expression(when), result: reader.expression(result) };
  });
  const otherwise = context._elseExpression;
  const operand = context instanceof grammar.SimpleCaseContext ? context._operand : undefined;
  return {
    kind: 'case',
    ...reader.at(context),
    ...(operand === undefined ? {} : { operand: reader.expression(operand) }),
    branches,
    ...(otherwise === undefined ? {} : { otherwise: reader.expression(otherwise) }),
  };
}

function refuseOther(reader: TreeReader, context: PrimaryExpressionContext): Expression {
  const { grammar } = reader;
  if (context instanceof grammar.SubscriptContext) {
    reader.value(context.valueExpression());
    return reader.refuse(
      context,
      'x[i]',
      'element_at(x, i): past the end it is NULL in one engine, an error in the other',
    );
  }
  if (context instanceof grammar.IntervalLiteralContext)
    return reader.refuse(context, 'interval', "date_add('day', n, x)");
  if (context instanceof grammar.ParameterContext) return reader.refuse(context, '?', 'a parameter: {{name}}');
  if (context instanceof grammar.LambdaContext) return reader.refuse(context, 'a lambda', 'unnest and a condition');
  if (context instanceof grammar.BinaryLiteralContext) {
    return reader.refuse(context, 'hexadecimal and escaped literals', 'decimal literals, plain text');
  }
  const word = (context.start?.text ?? 'this').toLowerCase();
  if (/^(?:current_|local)/.test(word)) {
    return reader.refuse(context, word, 'a window or a date parameter: an answer must be repeatable');
  }
  return reader.refuse(context, word, 'what docs/reports.md lists: it is not proven equal on both engines');
}
