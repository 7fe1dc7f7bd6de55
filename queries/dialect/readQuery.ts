import { readRow } from './readExpression.js';
import { readColumnAliases, readEither, readSortItem } from './readNames.js';
import { readRelation } from './readRelation.js';
import type { Body, Expression, NamedQuery, Query, Select, SelectItem } from './Statement.js';
import type { TreeReader } from './TreeReader.js';
import type {
  GroupingElementContext,
  NamedQueryContext,
  QueryContext,
  QueryNoWithContext,
  QueryPrimaryContext,
  QuerySpecificationContext,
  QueryTermContext,
  SelectItemContext,
} from './trinoGrammar.js';

/** A query of the tree as the checks see it. What it uses beyond that is refused: nothing is passed over. */
export function readQuery(reader: TreeReader, context: QueryContext): Query {
  const { grammar } = reader;
  if (!(context instanceof grammar.QueryStatementContext)) throw new Error('a query of an unknown kind');
  const clause = context.with();
  const recursive = clause?.KW_RECURSIVE();
  if (clause && recursive) reader.refuse(clause, 'with recursive', 'joins: reports do not recurse');
  const named = clause?.namedQuery().map((one) => readNamed(reader, one)) ?? [];
  return { ...readOrdered(reader, context.queryNoWith()), named };
}

function readNamed(reader: TreeReader, context: NamedQueryContext): NamedQuery {
  return {
    ...reader.at(context),
    name: reader.name(context.identifier()),
    columns: readColumnAliases(reader, context.columnAliases()),
    query: readQuery(reader, context.query()),
  };
}

function readOrdered(reader: TreeReader, context: QueryNoWithContext): Query {
  const offset = context.KW_OFFSET();
  if (offset) reader.refuse(offset.symbol, 'offset', 'a condition: what is skipped is read all the same');
  const fetch = context.KW_FETCH();
  if (fetch) reader.refuse(fetch.symbol, 'fetch first', 'limit');
  const limit = readLimit(reader, context);
  return {
    ...reader.at(context),
    named: [],
    body: readTerm(reader, context.queryTerm()),
    orderBy: context.sortItem().map((item) => readSortItem(reader, item)),
    ...(limit === undefined ? {} : { limit }),
  };
}

function readLimit(reader: TreeReader, context: QueryNoWithContext): Expression | undefined {
  const clause = context.limitRowCount();
  if (clause === null) return undefined;
  const count = clause.rowCount();
  const { at } = reader.at(clause);
  const parameter = reader.parameterAt(at);
  if (count?.INTEGER_VALUE() == null) return reader.refuse(clause, 'limit all', 'no limit, or a number of rows');
  const text = count.getText();
  return { kind: 'literal', at, type: 'integer', text, ...(parameter === undefined ? {} : { parameter }) };
}

function readTerm(reader: TreeReader, context: QueryTermContext): Body {
  const { grammar } = reader;
  if (context instanceof grammar.QueryTermDefaultContext) return readPrimary(reader, context.queryPrimary());
  if (!(context instanceof grammar.SetOperationContext)) throw new Error('a set of queries of an unknown kind');
  const [left, right] = context.queryTerm();
  if (left === undefined || right === undefined) throw new Error('a set of one query');
  const operator = context.KW_UNION() ? 'union' : context.KW_EXCEPT() ? 'except' : 'intersect';
  const all = context.setQuantifier()?.KW_ALL() != null;
  if (all && operator !== 'union') reader.refuse(context, `${operator} all`, `${operator}`);
  return {
    kind: 'set',
    ...reader.at(context),
    operator,
    all,
    left: readTerm(reader, left),
    right: readTerm(reader, right),
  };
}

function readPrimary(reader: TreeReader, context: QueryPrimaryContext): Body {
  const { grammar } = reader;
  if (context instanceof grammar.QueryPrimaryDefaultContext) return readSelect(reader, context.querySpecification());
  if (context instanceof grammar.SubqueryContext) {
    return { kind: 'nested', ...reader.at(context), query: readOrdered(reader, context.queryNoWith()) };
  }
  if (context instanceof grammar.InlineTableContext) {
    const rows = context.expression().map((row) => readRow(reader, row));
    return { kind: 'values', ...reader.at(context), rows };
  }
  reader.refuse(context, 'table', 'select with the columns by name');
  return { kind: 'values', ...reader.at(context), rows: [] };
}

function readSelect(reader: TreeReader, context: QuerySpecificationContext): Select {
  const [window] = context.windowDefinition();
  if (window !== undefined) reader.refuse(window, 'a named window', 'over (…) where it is needed');
  const group = context.groupBy();
  if (group?.setQuantifier() != null)
    reader.refuse(group, 'group by all, group by distinct', 'the expressions themselves');
  const where = context.whereClause();
  const having = context.havingClause();
  return {
    kind: 'select',
    ...reader.at(context),
    distinct: context.setQuantifier()?.KW_DISTINCT() != null,
    items: context
      .selectList()
      .selectItem()
      .map((item) => readItem(reader, item)),
    from: context.relation().map((relation) => readRelation(reader, relation)),
    ...(where === null ? {} : { where: reader.condition(where.booleanExpression()) }),
    groupBy: group?.groupingElement().flatMap((element) => readGroup(reader, element)) ?? [],
    ...(having === null ? {} : { having: reader.condition(having.booleanExpression()) }),
  };
}

function readItem(reader: TreeReader, context: SelectItemContext): SelectItem {
  const at = reader.at(context);
  const alias = context.identifier();
  const named = alias === null ? {} : { alias: reader.name(alias) };
  const column = context.selectLiteralColumnName()?.columnRef() ?? null;
  const expression = context.selectExpressionColumnName()?.expression() ?? null;
  if (column === null && expression === null) {
    reader.refuse(context, 'select *', 'the columns by name: a new column would change the answer');
    return { ...at, expression: { kind: 'refused', ...at } };
  }
  return { ...at, expression: readEither(reader, context, column, expression), ...named };
}

function readGroup(reader: TreeReader, context: GroupingElementContext): readonly Expression[] {
  if (!(context instanceof reader.grammar.SingleGroupingSetContext)) {
    return [reader.refuse(context, 'grouping sets, rollup, cube', 'a query for each level, with union all')];
  }
  return context
    .groupingSet()
    .groupingTerm()
    .map((term) => readEither(reader, term, term.columnRef(), term.expression()));
}
