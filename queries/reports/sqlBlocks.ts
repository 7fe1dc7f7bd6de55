/** A table a SELECT reads, and the name it goes by there. */
export interface TableReference {
  readonly table: string;
  readonly alias: string;
  /** Its offset in the statement, where it is known. */
  readonly at?: number;
}

/** One SELECT of a statement, queries in parentheses inside it left out. */
export interface SqlBlock {
  readonly tables: readonly TableReference[];
  /** The conditions of its WHERE that all have to hold; none when an OR stands among them. */
  readonly conditions: readonly string[];
}

/** A SELECT as the text alone shows it. */
export interface TextBlock extends SqlBlock {
  /** Its own words; a query in parentheses stands as one sign. */
  readonly text: string;
}

/** What a statement reads, and under which conditions. */
export interface ReadBlocks {
  readonly blocks: readonly SqlBlock[];
  /** The names of its common table expressions. */
  readonly named: ReadonlySet<string>;
  /** The parameter its last LIMIT names, when that stands behind an ORDER BY. */
  readonly limit: string | undefined;
}

/** The statement with the inside of literals, quoted names and comments blanked, lengths kept: what engines read as words. */
export function maskSql(sql: string): string {
  return sql.replace(/'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (found) => {
    const quote = found.startsWith("'") || found.startsWith('"') ? found.charAt(0) : ' ';
    return quote + found.slice(1, -1).replace(/[^\n]/g, ' ') + (found.length > 1 ? quote : '');
  });
}

// Stand for what must not be read as part of the block around: ( ) blank and comma of a group, and a whole query. None of
// them is ASCII, and what of a statement is not ASCII outside its literals was replaced before.
const QUERY = '⌘';
const HIDDEN = { '(': '⦅', ')': '⦆', ' ': '␣', ',': '‚' } as const;

/** What a masked statement reads, seen in its text alone. */
export function textBlocks(masked: string): ReadBlocks {
  return {
    blocks: sqlBlocks(masked),
    named: new Set([...masked.matchAll(/(\w+)\s+as\s*\(/gi)].map((match) => (match[1] ?? '').toLowerCase())),
    limit: /\border\s+by\s[^()]*(?:\([\s\S]*\)[^()]*)*\blimit\s+\{\{(\w+)\}\}\s*$/i.exec(masked)?.[1],
  };
}

/**
 * Every SELECT of a masked statement. Parentheses around a query make a block of its own; what stands in others, a list or
 * an arithmetic group, is hidden from the search for keywords, so that an OR inside it does not count as one outside.
 */
export function sqlBlocks(masked: string): readonly TextBlock[] {
  const blocks: string[] = [];
  let rest = masked.replace(/\s+/g, ' ').replace(/[^ -~]/g, '?');
  for (let inner = /\(([^()]*)\)/.exec(rest); inner !== null; inner = /\(([^()]*)\)/.exec(rest)) {
    const inside = inner[1] ?? '';
    const isQuery = /^\s*(?:select|with|from|table|values)\b/i.test(inside);
    if (isQuery) blocks.push(...splitSets(inside));
    const group = `(${inside.trim()})`.replace(/[(), ]/g, (found) => HIDDEN[found as keyof typeof HIDDEN]);
    rest = rest.slice(0, inner.index) + (isQuery ? QUERY : group) + rest.slice(inner.index + inner[0].length);
  }
  return [...blocks, ...splitSets(rest)].map(describe);
}

const splitSets = (text: string): readonly string[] => text.split(/\s(?:union all|union|except|intersect)\s/i);

const AFTER_FROM = '(?:\\swhere\\s|\\sgroup by\\s|\\shaving\\s|\\swindow\\s|\\sorder by\\s|\\slimit\\s|$)';
const FROM = new RegExp(`(?<![␣a-z_.])(?:from|table)(?![␣\\w])(.*?)${AFTER_FROM}`, 'i');
const WHERE = new RegExp(`\\swhere\\s(.*?)${AFTER_FROM.replace('\\swhere\\s|', '')}`, 'i');
const TABLE =
  /(?:,|\bjoin)\s*(⦅|'|"|[\w.]+)(?:\s+(?:as\s+)?(?!(?:on|using|cross|left|right|inner|full|natural|join)\b)(\w+))?/gi;

function describe(text: string): TextBlock {
  const from = FROM.exec(`${text} `)?.[1] ?? '';
  const tables = [...`, ${from}`.matchAll(TABLE)].map((match) => {
    const table = (match[1] ?? '').toLowerCase();
    return { table, alias: (match[2] ?? table).toLowerCase() };
  });
  const where = WHERE.exec(`${text} `)?.[1] ?? '';
  const conditions = /(?<![␣\w])or(?![␣\w])/i.test(where) ? [] : where.split(/\sand\s/i).map(shown);
  return { text: shown(text), tables, conditions };
}

function shown(text: string): string {
  const visible = Object.entries(HIDDEN).reduce((now, [plain, hidden]) => now.replaceAll(hidden, plain), text);
  return visible.replace(/\s+/g, ' ').trim();
}
