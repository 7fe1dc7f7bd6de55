/** A construct whose meaning differs between the engines, or that one of them lacks. */
export interface EngineDifference {
  /** Matched against the statement without its comments and literals. */
  readonly pattern: RegExp;
  readonly what: string;
  readonly instead: string;
}

const of = (pattern: RegExp, what: string, instead: string): EngineDifference => ({ pattern, what, instead });

/**
 * Words and signs that DuckDB takes and Trino does not, or takes otherwise, with what both take. They are found in the text,
 * so that their author reads this rather than where Trino's grammar stumbled; what can be seen only in the grammar's tree,
 * functions, types and the order of rows, is in queries/dialect.
 */
export const ENGINE_DIFFERENCES: readonly EngineDifference[] = [
  of(/`|\$/, 'a name in ` or a text in $', 'plain names in lower case, text in single quotes'),
  of(/;/, 'a semicolon', 'one statement without it: Trino refuses it'),
  of(/\bdistinct\s+on\b/i, 'distinct on', 'row_number() over (partition by … order by …) = 1'),
  of(/\bqualify\b/i, 'qualify', 'a subquery with row_number() and a condition on it'),
  of(/\b(?:group|order)\s+by\s+all\b/i, 'group by all, order by all', 'the expressions themselves'),
  of(/\bexclude\s*\(|\breplace\s*\(\s*\w+\s+as\b/i, '* exclude, * replace', 'the columns by name'),
  of(/::/, 'the cast ::', 'cast(x as type)'),
  of(/\bilike\b/i, 'ilike', 'lower(x) like lower(y)'),
  of(/\b0x[0-9a-f]|\bx'|\b[eu]&?'/i, 'hexadecimal and escaped literals', 'decimal literals, plain text'),
  of(
    /\bignore\s+nulls\b|\bwith\s+ties\b|\basof\b|\bpivot\b|\bunpivot\b|\busing\s+sample\b/i,
    'ignore nulls, with ties, asof, pivot, sample',
    'row_number() and case',
  ),
  of(/^\s*(?!select\b|with\b)\S/i, 'a statement that is no SELECT', 'one statement that begins with select or with'),
  of(/[^\t\n -~]/, 'a letter outside ASCII', 'plain names; text of any kind stands in quotes'),
];
