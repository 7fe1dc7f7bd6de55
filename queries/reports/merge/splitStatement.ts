import { maskSql } from '../sqlBlocks.js';

/** A common table expression of a statement: its name, and its query without the parentheses. */
export interface CommonTable {
  readonly name: string;
  readonly query: string;
}

/** A statement taken apart: its common table expressions in order, and the query over them. */
export interface SplitStatement {
  readonly tables: readonly CommonTable[];
  readonly query: string;
}

/**
 * Takes `with a as (…), b as (…) select …` apart, by parentheses outside literals and comments. Undefined for a statement
 * that does not begin with `with`, names columns in it (`a (x) as`), is recursive, or is not balanced.
 */
export function splitStatement(sql: string): SplitStatement | undefined {
  const masked = maskSql(sql);
  const begin = /^\s*with\s+/i.exec(masked);
  if (begin === null) return undefined;
  const tables: CommonTable[] = [];
  let at = begin[0].length;
  for (;;) {
    const head = /^(\w+)\s+as\s*\(/i.exec(masked.slice(at));
    const name = head?.[1]?.toLowerCase();
    if (head === null || name === undefined) return undefined;
    const open = at + head[0].length;
    const close = closing(masked, open);
    if (close === undefined) return undefined;
    tables.push({ name, query: sql.slice(open, close).trim() });
    const comma = /^\s*,\s*/.exec(masked.slice(close + 1));
    at = close + 1 + (comma?.[0].length ?? 0);
    if (comma === null) return { tables, query: sql.slice(at).trim() };
  }
}

/** A statement put together again. */
export function joinStatement({ tables, query }: SplitStatement): string {
  if (tables.length === 0) return query;
  return `with ${tables.map((table) => `${table.name} as (\n${table.query}\n)`).join(',\n')}\n${query}`;
}

/** Where the parenthesis that is open before `from` closes. */
function closing(masked: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < masked.length; at += 1) {
    if (masked[at] === '(') depth += 1;
    else if (masked[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
