/** Words, quoted names and the marks that matter; literals, comments and all else are passed over. */
const TOKEN = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")*)"|([a-z_]\w*)|([(),])/gi;

/** Words before a table. `table x` is a query by itself. */
const BEFORE_TABLE: ReadonlySet<string> = new Set(['from', 'join', 'table']);

/** Words that end a FROM clause. ON and USING do not: another table can follow. */
const ENDS_FROM: ReadonlySet<string> = new Set(
  'select where group having window order limit offset fetch union except intersect'.split(' '),
);

/**
 * The names that stand where a statement names tables, in lower case: after FROM, JOIN and the commas between tables. Names
 * of its own common table expressions are among them, and now and then a word that is no table.
 */
export function tablesRead(sql: string): ReadonlySet<string> {
  const read = new Set<string>();
  const outer: boolean[] = [];
  let inFrom = false;
  let expected = false;
  for (const [, quoted, word, mark] of sql.matchAll(TOKEN)) {
    const name = (quoted ?? word)?.toLowerCase();
    if (mark === '(') {
      outer.push(inFrom);
      // `from (ledger)`: a table may stand in parentheses.
      inFrom = expected;
    } else if (mark === ')') {
      inFrom = outer.pop() ?? false;
      expected = false;
    } else if (mark === ',') {
      expected = inFrom;
    } else if (quoted === undefined && name !== undefined && BEFORE_TABLE.has(name)) {
      inFrom = true;
      expected = true;
    } else if (quoted === undefined && name !== undefined && ENDS_FROM.has(name)) {
      inFrom = false;
      expected = false;
    } else if (name !== undefined && expected) {
      read.add(name);
      expected = false;
    }
  }
  return read;
}
