import type { RowShape } from './RowShape.js';
import type { SqlType } from './SqlType.js';
import type { Expression } from './Statement.js';

/** A relation of a FROM clause under the name it goes by there. */
export interface BoundRelation {
  readonly alias: string;
  readonly shape: RowShape;
}

/** What a name of a column can mean in one SELECT. */
export interface Scope {
  readonly relations: readonly BoundRelation[];
  /** The SELECT around this one, whose columns a query in parentheses may use. */
  readonly outer?: Scope;
  /** Names given to columns in the SELECT's own list, which are no columns yet. */
  readonly aliases: ReadonlyMap<string, Expression>;
}

/** The column a name means, or why it means none. */
export type Resolved =
  | { readonly relation: BoundRelation; readonly type: SqlType; readonly outer: boolean }
  | { readonly problem: 'unknown' | 'ambiguous' | 'alias'; readonly known: readonly string[] };

/** Finds the column a name means: in the innermost SELECT that has it, as both engines do. */
export function resolve(scope: Scope, qualifier: string | undefined, name: string): Resolved {
  for (let place: Scope | undefined = scope; place !== undefined; place = place.outer) {
    const relations = place.relations.filter(({ alias }) => qualifier === undefined || alias === qualifier);
    const found = relations.flatMap((relation) =>
      relation.shape.columns.filter((column) => column.name === name).map(({ type }) => ({ relation, type })),
    );
    const [one, another] = found;
    if (another !== undefined) return { problem: 'ambiguous', known: relations.map(({ alias }) => alias) };
    if (one !== undefined) return { ...one, outer: place !== scope };
    if (relations.some(({ shape }) => shape.columns.length === 0)) return anything(relations);
  }
  if (qualifier === undefined && scope.aliases.has(name)) return { problem: 'alias', known: [] };
  return {
    problem: 'unknown',
    known: scope.relations.flatMap(({ shape }) => shape.columns.map((column) => column.name)),
  };
}

/** A relation that was refused has no columns that are known, so that any name may be one of its. */
function anything(relations: readonly BoundRelation[]): Resolved {
  const [relation] = relations;
  return relation === undefined ? { problem: 'unknown', known: [] } : { relation, type: 'unknown', outer: false };
}

/** A column as one text, however it was named: `alias.column`. */
export function columnText(scope: Scope): (qualifier: string | undefined, name: string) => string {
  return (qualifier, name) => {
    const found = resolve(scope, qualifier, name);
    if ('problem' in found) return `?.${name}`;
    return `${found.outer ? 'outer ' : ''}${found.relation.alias}.${name}`;
  };
}
