import { readColumnAliases, readColumnName } from './readNames.js';
import type { Expression, Join, Placed, Relation } from './Statement.js';
import type { TreeReader } from './TreeReader.js';
import type {
  AliasedRelationContext,
  ExpressionSourceTableContext,
  JoinCriteriaContext,
  JoinRelationContext,
  RelationContext,
  SampledRelationContext,
  TableNameContext,
} from './trinoGrammar.js';

/** Words that behind a table are an alias to Trino, and to DuckDB another kind of join. */
const JOIN_WORDS: ReadonlySet<string> = new Set(['anti', 'asof', 'positional', 'semi']);

/** What a FROM clause names. */
export function readRelation(reader: TreeReader, context: RelationContext): Relation {
  const { grammar } = reader;
  if (context instanceof grammar.RelationDefaultContext) return readSampled(reader, context.sampledRelation());
  if (context instanceof grammar.JoinRelationContext) return readJoin(reader, context);
  throw new Error('a relation of an unknown kind');
}

function readJoin(reader: TreeReader, context: JoinRelationContext): Join {
  const at = reader.at(context);
  const natural = context.KW_NATURAL();
  if (natural !== null) reader.refuse(natural.symbol, 'natural join', 'join … on, with the columns');
  const [left, right] = context.relation();
  const sampled = context.sampledRelation();
  const rightSide = sampled === null ? right : undefined;
  if (left === undefined) throw new Error('a join of nothing');
  const type = context.joinType();
  const criteria = context.joinCriteria();
  const on = criteria === null ? undefined : readCriteria(reader, criteria);
  const join =
    context.KW_CROSS() !== null
      ? 'cross'
      : type?.KW_LEFT()
        ? 'left'
        : type?.KW_RIGHT()
          ? 'right'
          : type?.KW_FULL()
            ? 'full'
            : 'inner';
  return {
    kind: 'join',
    ...at,
    join,
    left: readRelation(reader, left),
    right: rightSide === undefined ? readSampled(reader, required(sampled)) : readRelation(reader, rightSide),
    ...(on === undefined ? {} : { on }),
  };
}

function required<T>(part: T | null): T {
  if (part === null) throw new Error('a join of one relation');
  return part;
}

function readCriteria(reader: TreeReader, context: JoinCriteriaContext): Expression {
  const condition = context.booleanExpression();
  if (condition !== null) return reader.condition(condition);
  const equality = context.joinColumnEquality();
  if (equality === null) return reader.refuse(context, 'using', 'on a.x = b.x');
  const operands = equality.joinColumnReference().map((side): Expression => {
    const column = side.columnName();
    if (column === null) return reader.refuse(side, 'a column without a name', 'a name');
    const qualifier = side.identifier();
    const plain = readColumnName(reader, column.qualifiedName());
    if (qualifier === null || plain.kind !== 'column') return plain;
    return { ...plain, ...reader.at(side), qualifier: reader.name(qualifier) };
  });
  return { kind: 'predicate', ...reader.at(context), operator: '=', operands };
}

function readSampled(reader: TreeReader, context: SampledRelationContext): Relation {
  const sample = context.KW_TABLESAMPLE();
  if (sample !== null) reader.refuse(sample.symbol, 'tablesample', 'a condition: an answer must be repeatable');
  const pattern = context.patternRecognition();
  const match = pattern.KW_MATCH_RECOGNIZE();
  if (match !== null) reader.refuse(match.symbol, 'match_recognize', 'window functions');
  return readAliased(reader, pattern.aliasedRelation());
}

function readAliased(reader: TreeReader, context: AliasedRelationContext): Relation {
  const { grammar } = reader;
  const named = context.identifier();
  const alias = named === null ? undefined : reader.name(named);
  if (named !== null && alias !== undefined && JOIN_WORDS.has(alias)) {
    reader.refuse(named, `the name ${alias} for a table`, 'another: DuckDB takes it for a kind of join');
  }
  const as: Naming = { alias, columns: readColumnAliases(reader, context.columnAliases()) };
  const primary = context.relationPrimary();
  if (primary instanceof grammar.TableNameContext) return readTable(reader, primary, as);
  if (primary instanceof grammar.ParenthesizedRelationContext) {
    if (alias !== undefined) reader.refuse(primary, 'a name for a join in parentheses', 'names of its tables');
    return readRelation(reader, primary.relation());
  }
  if (primary instanceof grammar.ExpressionSourceTableContext) return readSource(reader, primary, as);
  throw new Error('a table of an unknown kind');
}

interface Naming {
  readonly alias: string | undefined;
  readonly columns: readonly string[] | undefined;
}

function readTable(reader: TreeReader, context: TableNameContext, { alias, columns }: Naming): Relation {
  const period = context.queryPeriod();
  if (period !== null) reader.refuse(period, 'for version, for timestamp', 'the present state');
  const reference = context.tableOrViewName();
  const parts = reference.tableRef()?.identifier() ?? reference.viewRef()?.identifier() ?? [];
  const name = parts.map((part) => reader.name(part)).join('.');
  return { kind: 'table', ...reader.at(context), name, alias: alias ?? name, columns };
}

function readSource(reader: TreeReader, context: ExpressionSourceTableContext, { alias, columns }: Naming): Relation {
  const { grammar } = reader;
  const at: Placed = reader.at(context);
  const source = context.relationSourceTable();
  const name = alias ?? '';
  if (source instanceof grammar.SubqueryRelationContext) {
    return { kind: 'derived', ...at, query: reader.query(source.query()), alias: name, columns };
  }
  if (source instanceof grammar.UnnestContext) {
    const [array, another] = source.expression();
    if (another !== undefined) reader.refuse(another, 'unnest of two arrays', 'one array at a time');
    const ordinality = source.KW_ORDINALITY();
    if (ordinality !== null) reader.refuse(ordinality.symbol, 'with ordinality', 'the members alone');
    if (array === undefined) throw new Error('unnest of nothing');
    return { kind: 'unnest', ...at, array: reader.expression(array), alias: name, columns };
  }
  reader.refuse(
    source,
    `${(source.start?.text ?? 'this').toLowerCase()} in from`,
    'a view, a query in parentheses or unnest',
  );
  return { kind: 'table', ...at, name: '', alias: name, columns };
}
