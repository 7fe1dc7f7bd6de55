import { nearestWord } from '../../model/index.js';
import { type Checking, note } from './Checking.js';
import type { RowShape } from './RowShape.js';
import type { BoundRelation, Scope } from './Scope.js';
import type { Relation } from './Statement.js';

const UNKNOWN: RowShape = { columns: [], keys: [] };

/** The relations of a FROM clause by the names they go by, their conditions checked. */
export function bindRelations(
  checking: Checking,
  names: ReadonlyMap<string, RowShape>,
  from: readonly Relation[],
  outer: Scope | undefined,
): readonly BoundRelation[] {
  const bound: BoundRelation[] = [];
  for (const relation of from) bind(checking, names, relation, outer, bound);
  return bound;
}

function bind(
  checking: Checking,
  names: ReadonlyMap<string, RowShape>,
  relation: Relation,
  outer: Scope | undefined,
  bound: BoundRelation[],
): void {
  if (relation.kind === 'join') {
    bind(checking, names, relation.left, outer, bound);
    bind(checking, names, relation.right, outer, bound);
    if (relation.on !== undefined) checking.typeOf(relation.on, scopeOf(bound, outer));
    return;
  }
  const { alias } = relation;
  if (alias === '') note(checking, relation, 'a query in from needs a name: (select …) as x');
  else if (bound.some((other) => other.alias === alias))
    note(checking, relation, `two tables are called ${alias}: name one otherwise`);
  bound.push({ alias, shape: shapeOf(checking, names, relation, outer, bound) });
}

function shapeOf(
  checking: Checking,
  names: ReadonlyMap<string, RowShape>,
  relation: Exclude<Relation, { readonly kind: 'join' }>,
  outer: Scope | undefined,
  bound: readonly BoundRelation[],
): RowShape {
  switch (relation.kind) {
    case 'table': {
      const shape = names.get(relation.name);
      if (shape === undefined) {
        const near = nearestWord(relation.name, [...names.keys()]);
        note(
          checking,
          relation,
          `reads ${relation.name}, which is no view${near === undefined ? '' : `; did you mean ${near}?`}`,
        );
        return UNKNOWN;
      }
      // Names given to the columns of a view could make one column look like another.
      if (relation.columns !== undefined) {
        note(checking, relation, 'names for the columns of a table: give them in a select');
        return UNKNOWN;
      }
      return shape;
    }
    case 'derived':
      return withNames(checking, relation, checking.shapeOf(relation.query, { relations: [], aliases: new Map() }));
    case 'unnest': {
      const type = checking.typeOf(relation.array, scopeOf(bound, outer));
      const member = typeof type === 'object' && 'array' in type ? type.array : undefined;
      if (member === undefined && type !== 'unknown') note(checking, relation, 'unnest takes an array');
      if (typeof member === 'object' && 'struct' in member) {
        note(checking, relation, 'unnest of rows: read event_usage, which has usage entry by entry');
      }
      return withNames(checking, relation, { columns: [{ name: 'member', type: member ?? 'unknown' }], keys: [] });
    }
    default:
      return UNKNOWN;
  }
}

const scopeOf = (relations: readonly BoundRelation[], outer: Scope | undefined): Scope => ({
  relations,
  aliases: new Map(),
  ...(outer === undefined ? {} : { outer }),
});

function withNames(
  checking: Checking,
  relation: { readonly at: number; readonly columns: readonly string[] | undefined },
  shape: RowShape,
): RowShape {
  const names = relation.columns;
  if (names === undefined) return shape;
  if (names.length !== shape.columns.length) {
    note(checking, relation, `${names.length} names for ${shape.columns.length} columns`);
    return UNKNOWN;
  }
  const to = new Map(shape.columns.map(({ name }, index) => [name, names[index] ?? name]));
  return {
    columns: shape.columns.map(({ name, type }) => ({ name: to.get(name) ?? name, type })),
    keys: shape.keys.map((key) => key.map((name) => to.get(name) ?? name)),
  };
}
