import {
  conjuncts,
  type Expression,
  partsOf,
  type Query,
  type Relation,
  type Select,
  type Table,
} from '../dialect/index.js';
import type { ReadBlocks, SqlBlock } from './sqlBlocks.js';

/**
 * Every SELECT of a statement as its grammar reads it: what tells text apart from meaning in {@link textBlocks} is settled
 * here. A condition is listed only where it compares a column of one certain table with a parameter, joined by AND.
 */
export function treeBlocks(query: Query): ReadBlocks {
  const blocks: SqlBlock[] = [];
  const named = new Set<string>();
  visitQuery(query, blocks, named);
  const limit = query.orderBy.length > 0 && query.limit?.kind === 'literal' ? query.limit.parameter : undefined;
  return { blocks, named, limit };
}

function visitQuery(query: Query, blocks: SqlBlock[], named: Set<string>): void {
  for (const one of query.named) {
    named.add(one.name);
    visitQuery(one.query, blocks, named);
  }
  visitBody(query.body, blocks, named);
  for (const { expression } of query.orderBy) visitExpression(expression, blocks, named);
}

function visitBody(body: Query['body'], blocks: SqlBlock[], named: Set<string>): void {
  switch (body.kind) {
    case 'select':
      visitSelect(body, blocks, named);
      break;
    case 'set':
      visitBody(body.left, blocks, named);
      visitBody(body.right, blocks, named);
      break;
    case 'nested':
      visitQuery(body.query, blocks, named);
      break;
    default:
      for (const row of body.rows) for (const value of row) visitExpression(value, blocks, named);
  }
}

function visitSelect(select: Select, blocks: SqlBlock[], named: Set<string>): void {
  const read = select.from.flatMap(tablesOf);
  blocks.push({
    tables: read.map(({ name, alias, at }) => ({ table: name, alias, at })),
    conditions: conjuncts(select.where).flatMap(conditionOf),
  });
  for (const relation of select.from) visitRelation(relation, blocks, named);
  const conditions = [select.where, select.having].filter((condition) => condition !== undefined);
  for (const one of [...select.items.map((item) => item.expression), ...select.groupBy, ...conditions]) {
    visitExpression(one, blocks, named);
  }
}

function tablesOf(relation: Relation): readonly Table[] {
  if (relation.kind === 'join') return [...tablesOf(relation.left), ...tablesOf(relation.right)];
  return relation.kind === 'table' ? [relation] : [];
}

function visitRelation(relation: Relation, blocks: SqlBlock[], named: Set<string>): void {
  if (relation.kind === 'derived') visitQuery(relation.query, blocks, named);
  if (relation.kind === 'unnest') visitExpression(relation.array, blocks, named);
  if (relation.kind !== 'join') return;
  visitRelation(relation.left, blocks, named);
  visitRelation(relation.right, blocks, named);
  if (relation.on !== undefined) visitExpression(relation.on, blocks, named);
}

function visitExpression(expression: Expression, blocks: SqlBlock[], named: Set<string>): void {
  if (expression.kind === 'query') visitQuery(expression.query, blocks, named);
  for (const part of partsOf(expression)) visitExpression(part, blocks, named);
}

/** A condition in the one form that counts: `column = {{parameter}}`, its column first. */
function conditionOf(condition: Expression): readonly string[] {
  if (condition.kind !== 'predicate') return [];
  const [left, right, more] = condition.operands;
  if (left?.kind !== 'column' || right?.kind !== 'literal' || more !== undefined) return [];
  const column = left.qualifier === undefined ? left.name : `${left.qualifier}.${left.name}`;
  const value = right.parameter === undefined ? "' '" : `{{${right.parameter}}}`;
  return [condition.operator === 'in' ? `${column} in (${value})` : `${column} ${condition.operator} ${value}`];
}
