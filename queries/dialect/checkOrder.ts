import { type Checking, note } from './Checking.js';
import { fixedBy } from './keysOfSelect.js';
import { allParts } from './partsOf.js';
import type { RowShape } from './RowShape.js';
import { columnText, type Scope } from './Scope.js';
import type { Expression, Query, Select, SortItem } from './Statement.js';
import { textOf } from './textOf.js';

/** A SELECT with what its names mean, and what tells its rows apart. */
export interface OrderedSelect {
  readonly select: Select;
  readonly scope: Scope;
  readonly keys: readonly (readonly string[])[];
}

/** Checks what ORDER BY names. */
export function checkSort(checking: Checking, query: Query, shape: RowShape, ordered: OrderedSelect | undefined): void {
  for (const item of query.orderBy) checkSortItem(checking, item, shape, ordered);
}

/**
 * Checks that the rows of a query come in one order only: the outermost query's are compared, and a limit takes the first
 * of them. Rows that are equal in all that ORDER BY names must be equal altogether.
 */
export function checkTotal(
  checking: Checking,
  query: Query,
  shape: RowShape,
  ordered: OrderedSelect | undefined,
): void {
  if (shape.keys.some((key) => key.length === 0)) return;
  if (query.orderBy.length === 0) {
    note(checking, query, 'has no order by: its rows come in any order, and each engine has its own');
    return;
  }
  const missing = ordered === undefined ? missingColumns(query, shape) : missingOf(query, shape, ordered);
  if (missing.length > 0) {
    note(
      checking,
      query.orderBy.at(-1) ?? query,
      `order by leaves rows in any order among equals: add ${missing.join(', ')}`,
    );
  }
}

/** The expression an item of ORDER BY means: a place or a name of the list, or what is written. */
function meant(item: SortItem, select: Select): Expression {
  const { expression } = item;
  if (expression.kind === 'literal' && expression.type === 'integer') {
    return select.items[Number(expression.text) - 1]?.expression ?? expression;
  }
  if (expression.kind !== 'column' || expression.qualifier !== undefined) return expression;
  return select.items.find(({ alias }) => alias === expression.name)?.expression ?? expression;
}

function checkSortItem(checking: Checking, item: SortItem, shape: RowShape, ordered: OrderedSelect | undefined): void {
  const { expression } = item;
  if (ordered === undefined) {
    const known =
      expression.kind === 'literal' ||
      (expression.kind === 'column' && shape.columns.some(({ name }) => name === expression.name));
    if (!known) note(checking, item, 'the order of a union is by its columns');
    return;
  }
  const { select, scope } = ordered;
  if (meant(item, select) !== expression) return;
  checking.typeOf(expression, scope);
  if (expression.kind === 'column') return;
  for (const part of allParts(expression)) {
    if (part.kind !== 'column' || part.qualifier !== undefined) continue;
    const alias = scope.aliases.get(part.name);
    if (alias !== undefined && !(alias.kind === 'column' && alias.name === part.name)) {
      note(
        checking,
        part,
        `${part.name} within order by is a column to DuckDB and the select's own name to Trino: write the table's name before it`,
      );
    }
  }
}

function missingColumns(query: Query, shape: RowShape): readonly string[] {
  const named = query.orderBy.map(({ expression }) =>
    expression.kind === 'column'
      ? expression.name
      : expression.kind === 'literal'
        ? (shape.columns[Number(expression.text) - 1]?.name ?? '')
        : '',
  );
  return fewest(
    [...shape.keys, shape.columns.map(({ name }) => name)].map((key) => key.filter((name) => !named.includes(name))),
  );
}

function missingOf(query: Query, shape: RowShape, { select, scope, keys }: OrderedSelect): readonly string[] {
  const column = columnText(scope);
  const text = (expression: Expression): string => textOf(expression, column);
  const fixed = fixedBy(select, text);
  const sorted = query.orderBy.map((item) => text(meant(item, select)));
  const covered = (one: string): boolean =>
    fixed.constant.has(one) || sorted.some((other) => other === one || fixed.same(one, other));
  const items = select.items.map((item, index) => ({
    text: text(item.expression),
    name: shape.columns[index]?.name ?? '',
  }));
  const all = items.filter((item) => !covered(item.text)).map(({ name }) => name);
  const shown = (one: string): string => items.find((item) => item.text === one)?.name ?? one;
  return fewest([...keys.map((key) => key.filter((one) => !covered(one)).map(shown)), all]);
}

const fewest = (lists: readonly (readonly string[])[]): readonly string[] =>
  lists.reduce((best, list) => (list.length < best.length ? list : best));
