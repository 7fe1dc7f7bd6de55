import { bindRelations } from './bindRelations.js';
import { type Checking, note } from './Checking.js';
import { checkExpression } from './checkExpression.js';
import { SUM_WITHOUT_CAST } from './checkOperation.js';
import { checkSort, checkTotal, type OrderedSelect } from './checkOrder.js';
import type { Finding } from './Finding.js';
import { keysOfSelect } from './keysOfSelect.js';
import type { RowShape, ShapeColumn } from './RowShape.js';
import type { BoundRelation, Scope } from './Scope.js';
import { commonType, typeText } from './SqlType.js';
import type { Body, Query, Select, Values } from './Statement.js';

/** The columns a statement gives, and what of it differs between engines or is no statement at all. */
export interface CheckedStatement {
  readonly columns: readonly ShapeColumn[];
  readonly findings: readonly Finding[];
}

/** Relations that can be read by name: views, and the queries of WITH around. */
type Names = ReadonlyMap<string, RowShape>;

/**
 * Checks that a statement means one thing on every engine: every name is a column, every function and conversion is proven
 * equal, types meet without being converted in silence, and the order of its rows is decided by the rows.
 */
export function checkStatement(query: Query, views: Readonly<Record<string, RowShape>>): CheckedStatement {
  const findings: Finding[] = [];
  const names: Names = new Map(Object.entries(views));
  const { columns } = shapeOfQuery(findings, names, query, undefined, true);
  return { columns, findings };
}

function shapeOfQuery(
  findings: Finding[],
  around: Names,
  query: Query,
  outer: Scope | undefined,
  outermost: boolean,
): RowShape {
  const names = new Map(around);
  for (const { name, columns, query: named, at } of query.named) {
    if (names.has(name))
      findings.push({ at, message: `${name} is the name of a view or query already: name it otherwise` });
    names.set(name, renamed(shapeOfQuery(findings, names, named, undefined, false), columns));
  }
  const checking: Checking = {
    findings,
    shapeOf: (inner, scope) => shapeOfQuery(findings, names, inner, scope, false),
    typeOf: (expression, scope) => checkExpression(checking, expression, scope),
  };
  const { shape, select } = shapeOfBody(checking, names, query.body, outer);
  checkSort(checking, query, shape, select);
  if (outermost || query.limit !== undefined) checkTotal(checking, query, shape, select);
  return query.limit?.kind === 'literal' && query.limit.text === '1' && query.limit.parameter === undefined
    ? { ...shape, keys: [[]] }
    : shape;
}

function shapeOfBody(
  checking: Checking,
  names: Names,
  body: Body,
  outer: Scope | undefined,
): { readonly shape: RowShape; readonly select: OrderedSelect | undefined } {
  switch (body.kind) {
    case 'select': {
      const select = checkSelect(checking, names, body, outer);
      return { shape: select.shape, select };
    }
    case 'nested':
      return { shape: shapeOfQuery(checking.findings, names, body.query, outer, false), select: undefined };
    case 'values':
      return { shape: shapeOfValues(checking, body), select: undefined };
    default: {
      const left = shapeOfBody(checking, names, body.left, outer).shape;
      const right = shapeOfBody(checking, names, body.right, outer).shape;
      return { shape: united(checking, body, left, right, body.all), select: undefined };
    }
  }
}

function united(checking: Checking, body: Body, left: RowShape, right: RowShape, all: boolean): RowShape {
  if (left.columns.length !== right.columns.length) {
    note(checking, body, `sides of ${left.columns.length} and ${right.columns.length} columns`);
  }
  const columns = left.columns.map(({ name, type }, index) => {
    const other = right.columns[index]?.type ?? 'unknown';
    const both = commonType(type, other);
    if (both === undefined) {
      note(
        checking,
        body,
        `column ${name} is ${typeText(type)} on one side and ${typeText(other)} on the other: cast one`,
      );
    }
    return { name, type: both ?? 'unknown' };
  });
  return { columns, keys: all ? [] : [columns.map(({ name }) => name)] };
}

function shapeOfValues(checking: Checking, { rows }: Values): RowShape {
  const nothing: Scope = { relations: [], aliases: new Map() };
  const types = rows.map((row) => row.map((value) => checking.typeOf(value, nothing)));
  const columns = (types[0] ?? []).map((first, index) => ({
    name: `column ${index + 1}`,
    type: types.reduce((sofar, row) => commonType(sofar, row[index] ?? 'unknown') ?? 'unknown', first),
  }));
  return { columns, keys: rows.length === 1 ? [[]] : [] };
}

function checkSelect(
  checking: Checking,
  names: Names,
  select: Select,
  outer: Scope | undefined,
): OrderedSelect & { readonly shape: RowShape } {
  const relations: readonly BoundRelation[] = bindRelations(checking, names, select.from, outer);
  const aliases = new Map(
    select.items.flatMap(({ alias, expression }) => (alias === undefined ? [] : [[alias, expression] as const])),
  );
  const scope: Scope = { relations, aliases, ...(outer === undefined ? {} : { outer }) };
  const columns = select.items.map((item, index): ShapeColumn => {
    const type = checking.typeOf(item.expression, scope);
    if (type === 'wide') note(checking, item, SUM_WITHOUT_CAST);
    const own = item.expression.kind === 'column' ? item.expression.name : undefined;
    return { name: item.alias ?? own ?? `column ${index + 1}`, type: type === 'wide' ? 'unknown' : type };
  });
  for (const condition of [select.where, select.having]) {
    if (condition === undefined) continue;
    const type = checking.typeOf(condition, scope);
    if (!['boolean', 'null', 'unknown'].includes(typeText(type)))
      note(checking, condition, `${typeText(type)} is no condition: compare it`);
  }
  for (const one of select.groupBy) {
    const place = one.kind === 'literal' && one.type === 'integer' ? select.items[Number(one.text) - 1] : undefined;
    if (place === undefined) checking.typeOf(one, scope);
  }
  const keys = keysOfSelect(select, scope, columns);
  return { select, scope, keys: keys.texts, shape: { columns, keys: keys.columns } };
}

function renamed(shape: RowShape, names: readonly string[] | undefined): RowShape {
  if (names === undefined) return shape;
  const to = new Map(shape.columns.map(({ name }, index) => [name, names[index] ?? name]));
  return {
    columns: shape.columns.map(({ name, type }) => ({ name: to.get(name) ?? name, type })),
    keys: shape.keys.map((key) => key.map((name) => to.get(name) ?? name)),
  };
}
