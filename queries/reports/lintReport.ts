import { AppError } from '../../model/index.js';
import { ENGINE_DIFFERENCES } from './engineDifferences.js';
import { lintBounds } from './lintBounds.js';
import { lintMerge } from './merge/lintMerge.js';
import { PLACEHOLDER } from './parameters.js';
import type { Report } from './Report.js';
import { readParameter } from './readParameter.js';
import { maskSql, sqlBlocks } from './sqlBlocks.js';

/** The parts of a parameter that a placeholder can name, by its type; none for types that are not listed. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  window: ['start', 'end', 'before', 'first_dt', 'last_dt'],
  text: ['', 'contains'],
};

/**
 * What is wrong with a report, in words; empty when nothing is. It proves what can be seen in the text: parameters, the
 * bounds of {@link lintBounds}, and that nothing is used whose meaning differs between the engines.
 */
export function lintReport(report: Report): readonly string[] {
  const masked = maskSql(report.sql);
  return [
    ...lintParameters(report, masked),
    ...lintBounds(report, sqlBlocks(masked), masked),
    ...lintMerge(report),
    ...lintEngines(report.sql, masked),
    ...(report.columns.length === 0 ? ['declares no columns'] : []),
  ];
}

function lintParameters(report: Report, masked: string): readonly string[] {
  const findings: string[] = [];
  const used = new Set<string>();
  for (const [placeholder, name = '', part = ''] of masked.matchAll(PLACEHOLDER)) {
    const type = report.params.find((parameter) => parameter.name === name)?.type;
    used.add(name);
    if (part.endsWith('_dt'))
      for (const { name: bound, type: of } of report.params) if (of === 'lateness') used.add(bound);
    if (type === undefined) findings.push(`${placeholder} is not declared`);
    else if (!(PARTS[type] ?? ['']).includes(part)) {
      const parts = (PARTS[type] ?? ['']).map((known) => `{{${[name, known].filter(Boolean).join('.')}}}`);
      findings.push(`${placeholder} is no part of a ${type}: use ${parts.join(', ')}`);
    }
  }
  const braces = masked.replace(PLACEHOLDER, '').match(/\{\{[^}]*\}?\}?/g) ?? [];
  findings.push(...braces.map((text) => `${text} is not a placeholder`));
  const hidden = [...report.sql.matchAll(PLACEHOLDER)].length - [...masked.matchAll(PLACEHOLDER)].length;
  if (hidden > 0) findings.push('a placeholder stands inside quotes or a comment: it is rendered with its own quotes');
  // `top` of a derived report bounds the rows shown, after the query.
  const unused = report.params.filter(
    ({ name }) => !used.has(name) && !(report.derive !== undefined && name === 'top'),
  );
  findings.push(...unused.map(({ name }) => `declares ${name} and does not use it`));
  for (const parameter of report.params) {
    if (parameter.default === undefined) continue;
    try {
      readParameter(parameter, String(parameter.default));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      findings.push(`the default of ${parameter.name}: ${error.message}`);
    }
  }
  return findings;
}

function lintEngines(sql: string, masked: string): readonly string[] {
  const words = masked.replace(/'[^']*'/g, (literal, at: number) => {
    const text = sql.slice(at, at + literal.length);
    return /^'[a-z]+'$/.test(text) ? text : literal;
  });
  const statement = words.replace(PLACEHOLDER, ' ? ');
  return ENGINE_DIFFERENCES.filter(({ pattern }) => pattern.test(statement)).map(
    ({ what, instead }) => `${what} differs between engines; use ${instead}`,
  );
}
