import type { Finding } from './Finding.js';
import type { RowShape } from './RowShape.js';
import type { Scope } from './Scope.js';
import type { SqlType } from './SqlType.js';
import type { Expression, Placed, Query } from './Statement.js';

/** What the checks of one statement share. */
export interface Checking {
  readonly findings: Finding[];
  /** Checks a query in parentheses, which may use the columns around it. */
  readonly shapeOf: (query: Query, outer: Scope) => RowShape;
  /** Checks an expression and returns its type. */
  readonly typeOf: (expression: Expression, scope: Scope) => SqlType;
}

/** Notes something wrong at a place. */
export function note(checking: Checking, { at }: Placed, message: string): void {
  checking.findings.push({ at, message });
}
