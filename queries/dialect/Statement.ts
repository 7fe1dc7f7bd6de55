import type { SqlType } from './SqlType.js';

/** Where something stands: the offset of its first character in the text that was parsed. */
export interface Placed {
  readonly at: number;
}

/** A whole statement or a query in parentheses. */
export interface Query extends Placed {
  readonly named: readonly NamedQuery[];
  readonly body: Body;
  readonly orderBy: readonly SortItem[];
  readonly limit?: Expression;
}

/** A query of a WITH clause. */
export interface NamedQuery extends Placed {
  readonly name: string;
  readonly columns: readonly string[] | undefined;
  readonly query: Query;
}

/** What a query is made of, less its order and limit. */
export type Body = Select | SetOperation | Values | Nested;

/** One SELECT. */
export interface Select extends Placed {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly Relation[];
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  readonly having?: Expression;
}

/** UNION, INTERSECT or EXCEPT of two. */
export interface SetOperation extends Placed {
  readonly kind: 'set';
  readonly operator: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: Body;
  readonly right: Body;
}

/** Rows written out. */
export interface Values extends Placed {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

/** A query in parentheses where a SELECT could stand. */
export interface Nested extends Placed {
  readonly kind: 'nested';
  readonly query: Query;
}

/** One column of a SELECT's list. */
export interface SelectItem extends Placed {
  readonly expression: Expression;
  readonly alias?: string;
}

/** What a SELECT reads. */
export type Relation = Table | Derived | Unnest | Join;

/** A view or a query of WITH, by name. */
export interface Table extends Placed {
  readonly kind: 'table';
  readonly name: string;
  readonly alias: string;
  readonly columns: readonly string[] | undefined;
}

/** A query in FROM. */
export interface Derived extends Placed {
  readonly kind: 'derived';
  readonly query: Query;
  readonly alias: string;
  readonly columns: readonly string[] | undefined;
}

/** The members of one array, a row each. */
export interface Unnest extends Placed {
  readonly kind: 'unnest';
  readonly array: Expression;
  readonly alias: string;
  readonly columns: readonly string[] | undefined;
}

/** Two relations joined. */
export interface Join extends Placed {
  readonly kind: 'join';
  readonly join: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly left: Relation;
  readonly right: Relation;
  readonly on?: Expression;
}

/** One member of ORDER BY. */
export interface SortItem extends Placed {
  readonly expression: Expression;
}

/** What a window function looks at. */
export interface Over extends Placed {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
}

/** A value written out. `parameter` is the placeholder it stands for, such as `window.start`. */
export interface Literal extends Placed {
  readonly kind: 'literal';
  readonly type: SqlType;
  readonly text: string;
  readonly parameter?: string;
}

/** A column by name, and perhaps the relation it is of. */
export interface ColumnReference extends Placed {
  readonly kind: 'column';
  readonly qualifier?: string;
  readonly name: string;
}

/** A function with its arguments. `extract(year from x)` is the call `extract('year', x)`. */
export interface Call extends Placed {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter?: Expression;
  readonly over?: Over;
}

/** A conversion. */
export interface Cast extends Placed {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: SqlType;
}

/** CASE, with an operand or without. */
export interface Case extends Placed {
  readonly kind: 'case';
  readonly operand?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
  readonly otherwise?: Expression;
}

/** An operator between values, or the minus before one. */
export interface Operation extends Placed {
  readonly kind: 'operation';
  readonly operator: '+' | '-' | '*' | '/' | '%' | '||' | 'negative';
  readonly operands: readonly Expression[];
}

/** A test of values: `=`, `<`, `like`, `in`, `between`, `is null`, `is distinct from`. */
export interface Predicate extends Placed {
  readonly kind: 'predicate';
  readonly operator: string;
  readonly operands: readonly Expression[];
}

/** AND, OR or NOT. */
export interface Logical extends Placed {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or' | 'not';
  readonly operands: readonly Expression[];
}

/** A query as a value, behind IN, or in EXISTS. */
export interface QueryExpression extends Placed {
  readonly kind: 'query';
  readonly use: 'value' | 'in' | 'exists';
  readonly operand?: Expression;
  readonly query: Query;
}

/** An array written out. */
export interface ArrayExpression extends Placed {
  readonly kind: 'array';
  readonly items: readonly Expression[];
}

/** What stands for a construct that was refused, so that the rest can still be read. */
export interface Refused extends Placed {
  readonly kind: 'refused';
}

/** Anything that has a value. */
export type Expression =
  | Literal
  | ColumnReference
  | Call
  | Cast
  | Case
  | Operation
  | Predicate
  | Logical
  | QueryExpression
  | ArrayExpression
  | Refused;
