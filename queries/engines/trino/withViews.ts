import { tablesRead } from './tablesRead.js';

/** A view by name and the SELECT it stands for. */
export type Views = ReadonlyMap<string, string>;

const BLANK = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/**
 * A query with the views it reads put in front of it as common table expressions. So the engine keeps nothing on the server
 * that two users could fight over, and a statement that is not a query does not parse after them. Views it does not read are
 * left out: engines bound the length of a statement.
 */
export function withViews(sql: string, views: Views): string {
  const read = tablesRead(sql);
  const named = [...views].filter(([name]) => read.has(name));
  // A dummy keeps the promise that nothing but a query parses, also when no view is read.
  const list = (named.length === 0 ? [['nothing_named', 'select 1']] : named)
    .map(([name, select]) => `${name} as (${select})`)
    .join(',\n');
  const query = sql.replace(BLANK, '');
  const own = /^with\b(\s+recursive\b)?/i.exec(query);
  if (own === null) return `with ${list}\n${query}`;
  return `with${own[1] ?? ''} ${list},\n${query.slice(own[0].length)}`;
}
