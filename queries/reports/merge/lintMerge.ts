import type { Report } from '../Report.js';
import { maskSql, sqlBlocks, type TextBlock } from '../sqlBlocks.js';
import { mergeParts } from './mergeParts.js';
import { type CommonTable, splitStatement } from './splitStatement.js';

/** Which column of a view says to which tenant of a list its row belongs. */
const KEYS: Readonly<Record<string, string>> = {
  events: 'tenant_id',
  event_usage: 'emitter',
  ledger: 'tenant_id',
  booked_events: 'emitter',
  heartbeats: 'tenant_id',
};

/** Views that are the same to every batch: rows may be joined to theirs. */
const SAME_FOR_ALL: ReadonlySet<string> = new Set(['list_prices', 'tenants']);

/** Views that no engine reads by a list of any length. */
const LINES: ReadonlySet<string> = new Set(['events', 'event_usage']);

/**
 * Whether a report on the lines of a list of tenants says how batches of it merge, and whether that is exact. It is when
 * each row of the batches' half belongs to one tenant: then the rows of two batches are those of both lists at once, and the
 * rest of the statement cannot tell how they came. Fails closed: what is not written as here is not proven.
 */
export function lintMerge(report: Report): readonly string[] {
  const lists = report.params.filter(({ type }) => type === 'tenant_ids').map(({ name }) => name);
  const reads = sqlBlocks(maskSql(report.sql)).flatMap(({ tables }) => tables.map(({ table }) => table));
  const { merge } = report;
  if (merge === undefined) {
    if (lists.length === 0 || !reads.some((table) => LINES.has(table))) return [];
    return ['reads lines of a list of tenants, and does not say how batches merge: give merge: { after: NAME }'];
  }
  const [list] = lists;
  if (list === undefined) return ['says how batches merge, and has no list of tenants'];
  if (lists.length > 1) return ['says how batches merge, and has more than one list of tenants'];
  if (merge.after === undefined) return [];
  const parts = mergeParts(report);
  const tables = splitStatement(report.sql)?.tables ?? [];
  if (parts === undefined) return [`merges after ${merge.after}, which is no table its statement begins with`];
  const cut = tables.findIndex(({ name }) => name === parts.table);
  return [...lintBatch(tables.slice(0, cut + 1), list), ...lintFinal(parts.final, parts.table)];
}

/** The half asked of each batch: which of its tables carry a tenant a row, and under which column. */
function lintBatch(tables: readonly CommonTable[], list: string): readonly string[] {
  const carriers = new Map<string, string>();
  const same = new Set(SAME_FOR_ALL);
  const findings: string[] = [];
  for (const [index, table] of tables.entries()) {
    const masked = maskSql(table.query).replace(/\s+/g, ' ');
    const wrong = (text: string): number => findings.push(`merges after ${tables.at(-1)?.name}: ${table.name} ${text}`);
    if (/\(\s*(?:select|with|table|from)\b/i.test(masked))
      wrong('holds a query in parentheses: make it a table of its own');
    if (/\b(?:union(?! all\b)|except|intersect)\b/i.test(masked)) wrong('may unite rows by union all only');
    const keys = new Set<string>();
    for (const block of sqlBlocks(masked)) {
      const key = lintBlock(block, { carriers, same, list, wrong });
      if (key !== undefined) keys.add(key);
    }
    const [key, other] = keys;
    if (other !== undefined) wrong(`has rows of ${key} and of ${other}`);
    if (key !== undefined) carriers.set(table.name, key);
    else if (index === tables.length - 1) wrong('reads no list of tenants');
    else same.add(table.name);
  }
  const uses = tables.flatMap(({ query }) => maskSql(query).match(new RegExp(`\\{\\{${list}\\}\\}`, 'g')) ?? []).length;
  const bounds = tables.flatMap(({ query }) =>
    sqlBlocks(maskSql(query)).filter((block) => listKey(block, list)),
  ).length;
  if (uses > bounds)
    findings.push(`uses {{${list}}} for more than the tenants whose rows it reads: batches would differ`);
  return findings;
}

interface Known {
  readonly carriers: ReadonlyMap<string, string>;
  readonly same: ReadonlySet<string>;
  readonly list: string;
  readonly wrong: (text: string) => void;
}

/** The column by which each row of one SELECT belongs to a tenant; undefined when its rows are the same for every batch. */
function lintBlock(block: TextBlock, { carriers, same, list, wrong }: Known): string | undefined {
  const sources = block.tables.filter(({ table }) => table !== 'unnest');
  const carrying = sources.filter(({ table }) => !same.has(table));
  if (carrying.length === 0) return undefined;
  const [first] = sources;
  const key = first === undefined ? undefined : (carriers.get(first.table) ?? listKey(block, list));
  if (first === undefined || key === undefined) {
    wrong(
      `reads ${first?.table ?? 'nothing'} without where ${KEYS[first?.table ?? ''] ?? 'tenant_id'} in ({{${list}}})`,
    );
    return undefined;
  }
  if (carrying.length > 1) wrong('joins rows of tenants with others of them');
  const flat = flattened(block.text);
  if (/ (?:right|full)(?: outer)? join /i.test(flat)) wrong('may join by join, left join and cross join only');
  if (/ (?:order by|limit|offset|fetch) /i.test(`${flat} `)) wrong('may not order or limit its rows');
  const names = [key, `${first.alias}.${key}`];
  const selected = listed(/^select (?:distinct )?(.*?) from /i.exec(flat)?.[1]);
  if (!selected.some((item) => names.includes(item) || names.some((name) => item === `${name} as ${key}`)))
    wrong(`must select ${key}`);
  if (selected.some((item) => item.endsWith(` ${key}`) && !names.some((name) => item === `${name} as ${key}`)))
    wrong(`may not call anything else ${key}`);
  const groups = / group by (.*?)(?: having | window |$)/i.exec(flat)?.[1];
  if (groups !== undefined && !listed(groups).some((item) => names.includes(item))) wrong(`must group by ${key}`);
  for (const window of windowsOf(block.text)) {
    const partition = /^partition by (.*?)(?: order by | rows | range | groups |$)/i.exec(window)?.[1];
    if (!listed(partition).some((item) => names.includes(item)))
      wrong(`has a window that is not partitioned by ${key}`);
  }
  return key;
}

/** The rest of the statement: nothing but rows of the batches' half. */
function lintFinal(final: string, table: string): readonly string[] {
  const own = new Set((splitStatement(final)?.tables ?? []).map(({ name }) => name));
  const read = sqlBlocks(maskSql(final)).flatMap(({ tables }) => tables.map((reference) => reference.table));
  return [...new Set(read)]
    .filter((name) => name !== table && name !== 'unnest' && !own.has(name))
    .map((name) => `merges after ${table}, and reads ${name} after it`);
}

/** The column for which a block on a view names the list. */
function listKey({ tables: [first], conditions }: TextBlock, list: string): string | undefined {
  const key = KEYS[first?.table ?? ''];
  const forms = [`${key} in ({{${list}}})`, `${first?.alias}.${key} in ({{${list}}})`];
  return conditions.some((text) => forms.includes(text.toLowerCase())) ? key : undefined;
}

const listed = (text: string | undefined): readonly string[] =>
  (text ?? '').split(',').map((item) => item.trim().toLowerCase());

/** A SELECT with everything in parentheses left out, so that a comma or a keyword is one of its own. */
function flattened(text: string): string {
  let flat = text;
  for (let before = ''; before !== flat; ) {
    before = flat;
    flat = flat.replace(/\([^()]*\)/g, '⦅⦆');
  }
  return flat.replace(/\s+/g, ' ').trim();
}

/** What stands in the parentheses of each OVER, flattened; a window by name counts as one that is not partitioned. */
function windowsOf(text: string): readonly string[] {
  return [...text.matchAll(/\bover\s*(\(|\w+)/gi)].map((match) => {
    if (match[1] !== '(') return '';
    const from = match.index + match[0].length;
    let depth = 1;
    let to = from;
    while (to < text.length && depth > 0) {
      if (text[to] === '(') depth += 1;
      if (text[to] === ')') depth -= 1;
      to += 1;
    }
    return flattened(text.slice(from, to - 1));
  });
}
