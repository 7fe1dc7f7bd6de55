import { AppError } from '../../model/index.js';
import { checkStatement, type Finding, readStatement, VIEW_SHAPES } from '../dialect/index.js';
import { ENGINE_DIFFERENCES } from './engineDifferences.js';
import { lintBounds } from './lintBounds.js';
import { lintColumns } from './lintColumns.js';
import { lintMerge } from './merge/lintMerge.js';
import { PLACEHOLDER } from './parameters.js';
import type { Report } from './Report.js';
import { readParameter } from './readParameter.js';
import { maskSql, textBlocks } from './sqlBlocks.js';
import { statementOf } from './statementOf.js';
import { treeBlocks } from './treeBlocks.js';

/** Something wrong with a report. Line and column count from 1 in the report's file, where it is about one place. */
export interface LintFinding {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

/** The parts of a parameter that a placeholder can name, by its type; none for types that are not listed. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  window: ['start', 'end', 'before', 'first_dt', 'last_dt', 'around_start', 'around_end', 'hours'],
  text: ['', 'contains'],
};

/**
 * What is wrong with a report, in words; empty when nothing is. Its parameters; that it is one SELECT by Trino's grammar; that
 * nothing is used whose meaning differs between engines; and the bounds of {@link lintBounds}, which are looked for in the
 * text and in the grammar's tree, by two readers that share nothing: both must find them.
 */
export function lintReport(report: Report): readonly LintFinding[] {
  const masked = maskSql(report.sql);
  const standIns = statementOf(report);
  const statement = readStatement(standIns.text, standIns.parameterAt);
  const tree =
    statement.query === undefined
      ? undefined
      : { query: statement.query, ...checkStatement(statement.query, VIEW_SHAPES) };
  const ofTree = [
    ...statement.findings,
    ...(tree === undefined ? [] : [...lintBounds(report, treeBlocks(tree.query)), ...tree.findings]),
  ].map(({ message, at }) => (at === undefined ? { message } : { message, at: standIns.originOf(at) }));
  const ofText: Finding[] = [
    ...lintParameters(report, masked),
    ...lintBounds(report, textBlocks(masked)),
    ...lintMerge(report).map((message) => ({ message })),
    ...lintWords(report.sql, masked),
    ...(tree === undefined ? [] : lintColumns(report, tree.columns)),
  ];
  return placed(report, [...ofTree, ...ofText]);
}

/** Each message once, with its place in the file; those about one place first, in order. */
function placed(report: Report, findings: readonly Finding[]): readonly LintFinding[] {
  const begin = report.source.lastIndexOf(report.sql);
  const seen = new Set<string>();
  return [...findings]
    .sort((a, b) => (a.at ?? Number.MAX_SAFE_INTEGER) - (b.at ?? Number.MAX_SAFE_INTEGER))
    .filter(({ message }) => !seen.has(message) && seen.add(message))
    .map(({ message, at }) => {
      if (at === undefined) return { message };
      const before = report.source.slice(0, begin + at).split('\n');
      return { message, line: before.length, column: (before.at(-1) ?? '').length + 1 };
    });
}

function lintParameters(report: Report, masked: string): readonly Finding[] {
  const findings: Finding[] = [];
  const used = new Set<string>();
  for (const { 0: placeholder, 1: name = '', 2: part = '', index: at } of masked.matchAll(PLACEHOLDER)) {
    const type = report.params.find((parameter) => parameter.name === name)?.type;
    used.add(name);
    if (part.endsWith('_dt'))
      for (const { name: bound, type: of } of report.params) if (of === 'lateness') used.add(bound);
    if (type === undefined) findings.push({ at, message: `${placeholder} is not declared` });
    else if (!(PARTS[type] ?? ['']).includes(part)) {
      const parts = (PARTS[type] ?? ['']).map((known) => `{{${[name, known].filter(Boolean).join('.')}}}`);
      findings.push({ at, message: `${placeholder} is no part of a ${type}: use ${parts.join(', ')}` });
    }
  }
  for (const { 0: text, index: at } of masked.matchAll(/\{\{(?![a-z_]+(?:\.[a-z_]+)?\}\})[^}]*\}?\}?/g)) {
    findings.push({ at, message: `${text} is not a placeholder` });
  }
  const hidden = [...report.sql.matchAll(PLACEHOLDER)].find(({ 0: text, index }) => !masked.startsWith(text, index));
  if (hidden !== undefined) {
    const message = 'a placeholder stands inside quotes or a comment: it is rendered with its own quotes';
    findings.push({ at: hidden.index, message });
  }
  // `top` of a derived report bounds the rows shown, after the query.
  const unused = report.params.filter(
    ({ name }) => !used.has(name) && !(report.derive !== undefined && name === 'top'),
  );
  findings.push(...unused.map(({ name }) => ({ message: `declares ${name} and does not use it` })));
  for (const parameter of report.params) {
    if (parameter.default === undefined) continue;
    try {
      readParameter(parameter, String(parameter.default));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      findings.push({ message: `the default of ${parameter.name}: ${error.message}` });
    }
  }
  return findings;
}

/** Words and signs, wherever they stand outside literals and comments; and what makes one engine see a comment where another does not. */
function lintWords(sql: string, masked: string): readonly Finding[] {
  // A placeholder's letters are no word of the statement; its place is kept.
  const statement = masked.replace(PLACEHOLDER, (found) => '?'.padEnd(found.length));
  const words = ENGINE_DIFFERENCES.flatMap(({ pattern, what, instead }) => {
    const found = pattern.exec(statement);
    return found === null ? [] : [{ at: found.index, message: `${what} differs between engines; use ${instead}` }];
  });
  const carriage = sql.indexOf('\r');
  if (carriage >= 0)
    words.push({ at: carriage, message: 'a carriage return ends a comment on one engine: use line feeds' });
  const nested = /\/\*(?:(?!\*\/)[\s\S])*?\/\*/.exec(maskLiterals(sql));
  if (nested !== null)
    words.push({ at: nested.index, message: 'a comment within a comment ends elsewhere on each engine: use --' });
  return words;
}

/** The statement with literals and line comments blanked, so that only true block comments are left. */
const maskLiterals = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|--[^\n]*/g, (found) => ' '.repeat(found.length));
