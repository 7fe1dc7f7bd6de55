import type { Expression, SortItem } from './Statement.js';
import type { TreeReader } from './TreeReader.js';
import type {
  ColumnAliasesContext,
  ColumnRefContext,
  ExpressionContext,
  ParserRuleContext,
  QualifiedNameContext,
  SortItemContext,
} from './trinoGrammar.js';

/** What the grammar reads either as a bare column or as an expression. */
export function readEither(
  reader: TreeReader,
  context: ParserRuleContext,
  column: ColumnRefContext | null,
  expression: ExpressionContext | null,
): Expression {
  if (expression !== null) return reader.expression(expression);
  const name = column?.qualifiedName() ?? null;
  return name === null ? reader.refuse(context, 'a column without a name', 'a name') : readColumnName(reader, name);
}

/** A column's name, behind that of its relation or alone. */
export function readColumnName(reader: TreeReader, context: QualifiedNameContext): Expression {
  const [first = '', second, third] = context.identifier().map((part) => reader.name(part));
  if (third !== undefined) return reader.refuse(context, 'a name of three parts', 'alias.column');
  const at = reader.at(context);
  return second === undefined
    ? { kind: 'column', ...at, name: first }
    : { kind: 'column', ...at, qualifier: first, name: second };
}

/** One member of ORDER BY. Its direction decides nothing that is checked: both engines put NULL last, both ways. */
export function readSortItem(reader: TreeReader, context: SortItemContext): SortItem {
  return {
    ...reader.at(context),
    expression: readEither(reader, context, context.columnRef(), context.expression()),
  };
}

/** The names given to columns, or undefined when they keep their own. */
export function readColumnAliases(
  reader: TreeReader,
  context: ColumnAliasesContext | null,
): readonly string[] | undefined {
  return context?.identifier().map((one) => reader.name(one));
}
