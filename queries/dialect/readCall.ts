import { readSortItem } from './readNames.js';
import type { Call, Expression, Over } from './Statement.js';
import type { TreeReader } from './TreeReader.js';
import type { FunctionCallContext, OverContext, PrimaryExpressionContext } from './trinoGrammar.js';

const PLAIN = { star: false, distinct: false, orderBy: [] } as const;

/** A function with its arguments, those that have a grammar of their own included; undefined for anything else. */
export function readCall(reader: TreeReader, context: PrimaryExpressionContext): Expression | undefined {
  const { grammar } = reader;
  const at = reader.at(context);
  if (context instanceof grammar.FunctionCallContext) return readFunction(reader, context);
  if (context instanceof grammar.CoalesceContext) {
    const values = context.expression().map((one) => reader.expression(one));
    return { kind: 'call', ...at, ...PLAIN, name: 'coalesce', arguments: values };
  }
  if (context instanceof grammar.ExtractContext) {
    const field: Expression = {
      kind: 'literal',
      ...at,
      type: 'varchar',
      text: context.identifier().getText().toLowerCase(),
    };
    const values = [field, reader.value(context.valueExpression())];
    return { kind: 'call', ...at, ...PLAIN, name: 'extract', arguments: values };
  }
  if (context instanceof grammar.TrimContext) {
    const [source, another] = context.valueExpression();
    if (source === undefined || another !== undefined || context.trimsSpecification() !== null) {
      return reader.refuse(context, 'trim of given letters', 'trim(x), ltrim(x), rtrim(x), replace');
    }
    return { kind: 'call', ...at, ...PLAIN, name: 'trim', arguments: [reader.value(source)] };
  }
  if (context instanceof grammar.SubstringContext)
    return reader.refuse(context, 'substring … from', 'substr(x, start, length)');
  if (context instanceof grammar.PositionContext) return reader.refuse(context, 'position … in', 'strpos(x, part)');
  return undefined;
}

function readFunction(reader: TreeReader, context: FunctionCallContext): Call {
  const [first, second] = context.functionName().qualifiedName().identifier();
  if (first === undefined || second !== undefined) reader.refuse(context, 'a function of a schema', 'its plain name');
  const treatment = context.nullTreatment();
  if (treatment !== null) reader.refuse(treatment, 'ignore nulls', 'row_number() and case');
  const mode = context.processingMode();
  if (mode !== null) reader.refuse(mode, 'running, final', 'window functions');
  const filter = context.filter();
  const over = context.over();
  return {
    kind: 'call',
    ...reader.at(context),
    name: first === undefined ? '' : reader.name(first),
    arguments: context.expression().map((one) => reader.expression(one)),
    star: context.ASTERISK() !== null,
    distinct: context.setQuantifier()?.KW_DISTINCT() != null,
    orderBy: context.sortItem().map((item) => readSortItem(reader, item)),
    ...(filter === null ? {} : { filter: reader.condition(filter.whereClause().booleanExpression()) }),
    ...(over === null ? {} : { over: readOver(reader, over) }),
  };
}

function readOver(reader: TreeReader, context: OverContext): Over {
  const window = context.windowSpecification();
  const at = reader.at(context);
  if (window === null || window.identifier() !== null) {
    reader.refuse(context, 'a named window', 'over (…) where it is needed');
    return { ...at, partitionBy: [], orderBy: [] };
  }
  const frame = window.windowFrame()?.frameExtent();
  if (frame !== undefined && frame.KW_ROWS() === null) {
    reader.refuse(frame, 'a frame of range or groups', 'rows between … and …');
  }
  for (const bound of frame?.frameBound() ?? []) {
    if (bound instanceof reader.grammar.BoundedFrameContext) reader.expression(bound.expression());
  }
  return {
    ...at,
    partitionBy:
      window
        .partitionBy()
        ?.expression()
        .map((one) => reader.expression(one)) ?? [],
    orderBy: window.sortItem().map((item) => readSortItem(reader, item)),
  };
}
