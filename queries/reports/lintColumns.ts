import { type Finding, typeText } from '../dialect/index.js';
import type { Report } from './Report.js';

type GivenColumns = Parameters<typeof typesOf>[0];

/** Whether the header tells what the statement gives: names, in order, and types that a file can hold. */
export function lintColumns(report: Report, given: GivenColumns): readonly Finding[] {
  if (report.columns.length === 0) return [{ message: 'declares no columns' }];
  const findings: Finding[] = [];
  for (const { name, type } of given) {
    if (typeof type === 'object' && !('decimal' in type)) {
      findings.push({
        message: `column ${name} is ${typeText(type)}: give its members, array_join(x, ',') or element_at(x, key)`,
      });
    }
  }
  // What is derived after the query has columns of its own.
  if (report.derive !== undefined) return findings;
  const declared = report.columns.map(({ name }) => name).join(', ');
  const names = given.map(({ name }) => name).join(', ');
  if (declared !== names) {
    findings.push({ message: `declares the columns ${declared}; the statement gives ${names}` });
    return findings;
  }
  const types = typesOf(given);
  for (const [index, { name, type }] of report.columns.entries()) {
    const is = types[index] ?? 'unknown';
    if (is !== 'unknown' && is !== 'null' && !type.startsWith(is) && !(is === 'integer' && type === 'bigint')) {
      findings.push({ message: `declares ${name} as ${type}; the statement gives ${is}` });
    }
  }
  return findings;
}

function typesOf(
  columns: readonly { readonly name: string; readonly type: Parameters<typeof typeText>[0] }[],
): readonly string[] {
  return columns.map(({ type }) => (typeof type === 'object' && 'decimal' in type ? 'decimal' : typeText(type)));
}
